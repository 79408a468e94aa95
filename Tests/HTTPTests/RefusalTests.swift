import HTTP
import Testing

@Suite struct RefusalTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        var error: RequestError
        var testDescription: String { text.debugDescription }

        init(_ text: String, _ error: RequestError) {
            self.text = text
            self.error = error
        }
    }

    private static func head(_ fields: String...) -> String {
        request("POST / HTTP/1.1", fields.joined(separator: "\r\n"))
    }

    private static func chunks(_ body: String) -> String {
        request("POST / HTTP/1.1", "Transfer-Encoding: chunked", body: body)
    }

    private static let requestLines = [
        Case("GET\r\n", .malformedRequestLine),
        Case("GET /\r\n", .malformedRequestLine),
        Case(" GET / HTTP/1.1\r\n", .malformedRequestLine),
        Case("GET / HTTP/1.1 \r\n", .malformedRequestLine),
        Case("GET / x HTTP/1.1\r\n", .malformedRequestLine),
        Case("GET / HTTP/1.10\r\n", .malformedRequestLine),
        Case("GET / HTTP/11\r\n", .malformedRequestLine),
        Case("GET / HTTP/1.x\r\n", .malformedRequestLine),
        Case("GET / http/1.1\r\n", .malformedRequestLine),
        Case("GE\u{0}T / HTTP/1.1\r\n", .malformedRequestLine),
        Case("\u{16}\u{3}\u{1}", .malformedRequestLine),
        Case("GET\t/ HTTP/1.1\r\n", .malformedRequestLine),
        Case("GET /\nHTTP/1.1\r\n", .bareLineEnd),
        Case("GET / HTTP/1.1\n", .bareLineEnd),
        Case("GET / HTTP/1.1\rX", .bareLineEnd),
        Case("GET / HTTP/2.0\r\n", .unsupportedVersion),
        Case("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        Case("GET / HTTP/0.9\r\n", .unsupportedVersion),
        Case("get / HTTP/1.1\r\n", .unknownMethod),
        Case("POSTX / HTTP/1.1\r\n", .unknownMethod),
        Case("CONNECT a:80 HTTP/1.1\r\n", .unknownMethod),
        Case("TRACE / HTTP/1.1\r\n", .unknownMethod),
        Case(String(repeating: "A", count: 33), .malformedRequestLine),
        Case("\r\n\r\n\r\n\r\n\r\n", .malformedRequestLine),
        Case("\n", .bareLineEnd),
    ]

    private static let targets =
        [
            "x", "!", "example.com:80", "http://", "http:///x", "http://a,b/", "ftp://example.com/",
            "http://user@example.com/", "*", "/%", "/%2", "/%zz", "/a%00b", "/a?b=%2", "/a\\b",
            "/<x>",
            "/a?b\"c", "http://example.com:99999/", "https:/x",
        ].map { Case(request("GET \($0) HTTP/1.1"), .malformedTarget) } + [
            Case("GET /a#b ", .malformedTarget),
            Case("GET /\u{7F} ", .malformedTarget),
            Case("GET /\u{E9} ", .malformedTarget),
        ]

    private static let fields =
        [
            Case(head("X : 1"), .malformedField),
            Case(head("X\t: 1"), .malformedField),
            Case(head(": 1"), .malformedField),
            Case(head("X"), .malformedField),
            Case(head("X Y"), .malformedField),
            Case(head("X(Y: 1"), .malformedField),
            Case(head("X\u{85}: 1"), .malformedField),
            Case(head("X: a\u{0}b"), .malformedField),
            Case(head("X: a\u{1}b"), .malformedField),
            Case(head("X: a\u{7F}b"), .malformedField),
            Case(head("X: a", " b: c"), .foldedField),
            Case(head("X: a", "\tb"), .foldedField),
            Case(request("GET / HTTP/1.1", host: nil, " Host: a"), .foldedField),
            Case(head("X: a\nY: b"), .bareLineEnd),
            Case(head("X: a\rY: b"), .bareLineEnd),
            Case("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineEnd),
            Case(request(host: nil), .missingHost),
            Case(request(host: "a\r\nHost: a"), .repeatedHost),
            Case(head("Expect: 100-continue, x"), .unknownExpectation),
            Case(head("Expect: x"), .unknownExpectation),
        ]
        + [
            "", "a b", "a/b", "a?b", "a#b", "a@b", "[::1", "a:80:80", "a:8x", "a:65536", "http://a",
            "a,b", "%zz", ":80", "[1]", "[::1]x", "[g::]",
        ].map { Case(request(host: $0), .invalidHost) }

    private static let framings =
        ["-1", "+1", "1 1", "0x1", "1x", "", "1,1", "\"1\"", "1.0", "1_0", "\u{B2}"]
        .map { Case(head("Content-Length: \($0)"), .invalidContentLength) }
        + [
            Case(head("Content-Length: 1", "Content-Length: 1"), .repeatedContentLength),
            Case(head("Content-Length: 1", "Transfer-Encoding: chunked"), .conflictingFraming),
            Case(head("Transfer-Encoding: chunked", "Content-Length: 1"), .conflictingFraming),
            Case(
                request("POST / HTTP/1.0", "Transfer-Encoding: chunked"), .conflictingFraming),
            Case(head("Transfer-Encoding: chunked, chunked"), .invalidTransferCoding),
            Case(head("Transfer-Encoding: ,chunked"), .invalidTransferCoding),
            Case(head("Transfer-Encoding:"), .invalidTransferCoding),
            Case(
                head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
                .invalidTransferCoding),
            Case(head("Transfer-Encoding: gzip, chunked"), .unknownTransferCoding),
            Case(head("Transfer-Encoding: chunked, gzip"), .unknownTransferCoding),
            Case(head("Transfer-Encoding: xchunked"), .unknownTransferCoding),
            Case(head("Transfer-Encoding: chunked\u{85}"), .unknownTransferCoding),
            Case(head("Content-Length: 1048577"), .bodyTooLarge(limit: 1 << 20)),
            Case(head("Content-Length: 9223372036854775808"), .bodyTooLarge(limit: 1 << 20)),
            Case(
                head("Content-Length: 99999999999999999999999999999999"),
                .bodyTooLarge(limit: 1 << 20)),
        ]

    private static let chunkings =
        [
            "x", "\r\n", " 1\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", "1_\r\n", "1 \r\n", "1\t\r\n",
            "1 x\r\n", ";a\r\n", "1;\r\n", "1;[\r\n", "1;a=\r\n", "1;a=\"\u{1}\"\r\n", "1;a\rb",
            "1;a\n", "1\n", "1\rx", "1\r\nab", "1\r\na\n", "1\r\na\rx", "1\r\na\r\n\r\n",
            "00000000000000001\r\n", "1;a b\r\n", "1;a=b c\r\n", "1;a=\"b\"c\r\n",
        ].map { Case(chunks($0), .malformedChunk) }
        + [
            Case(chunks("0\r\nX Y: 1\r\n"), .malformedField),
            Case(chunks("0\r\nX\r\n"), .malformedField),
            Case(chunks("0\r\n: x\r\n"), .malformedField),
            Case(chunks("0\r\n x: y\r\n"), .malformedField),
            Case(chunks("0\r\nX: \u{0}\r\n"), .malformedField),
            Case(chunks("0\r\nX: a\n"), .bareLineEnd),
            Case(chunks("0\r\n\rx"), .bareLineEnd),
            Case(chunks("100001\r\n"), .bodyTooLarge(limit: 1 << 20)),
            Case(chunks("10000000b\r\n"), .bodyTooLarge(limit: 1 << 20)),
            Case(chunks("ffffffffffffffff\r\n"), .bodyTooLarge(limit: 1 << 20)),
            Case(chunks("8000000000000001\r\n"), .bodyTooLarge(limit: 1 << 20)),
        ]

    @Test(arguments: requestLines)
    func `a request line is as the grammar says`(_ subject: Case) {
        #expect(Reading(subject.text).error == subject.error)
    }

    @Test(arguments: targets)
    func `a target is a path with a query or an address of ours`(_ subject: Case) {
        #expect(Reading(subject.text).error == subject.error)
    }

    @Test(arguments: fields)
    func `a field is as the grammar says`(_ subject: Case) {
        #expect(Reading(subject.text).error == subject.error)
    }

    @Test(arguments: framings)
    func `where a body ends is never in doubt`(_ subject: Case) {
        #expect(Reading(subject.text).error == subject.error)
    }

    @Test(arguments: chunkings)
    func `a chunk is as the grammar says`(_ subject: Case) {
        #expect(Reading(subject.text).error == subject.error)
    }

    @Test(arguments: [
        request(host: "EXAMPLE.com:"), request(host: "[::1]:8080"), request(host: "127.0.0.1:80"),
        request(host: "a%41b"), request("GET http://[::1]/x HTTP/1.1"),
        request("GET HTTPS://example.com?x HTTP/1.1"), request("GET /a?b[c]={d}|e HTTP/1.1"),
        request("GET /a;b=c,d:e@f!$&'()*+~ HTTP/1.1"), request("GET //x HTTP/1.1"),
        request("GET /? HTTP/1.1"), request("GET /?a=%00 HTTP/1.1"), request("GET / HTTP/1.2"),
        request("GET / HTTP/1.1", "X: \u{80}\u{FF}"),
        request("GET / HTTP/1.1", "!#$%&'*+-.^_`|~9: x"),
        request("POST / HTTP/1.1", "Content-Length: 0000000000000000000000000000"),
        chunks("0\r\n\r\n"),
        chunks("000B;a=b;c = \"d e\" ;f\r\n{\"probe\":1}\r\n0\r\nA: b\r\n\r\n"),
        request("GET / HTTP/1.0", host: nil),
    ])
    func `what the grammar allows is read`(_ text: String) {
        let reading = Reading(text)
        #expect(reading.error == nil)
        #expect(reading.messages.count == 1)
        #expect(!reading.isPartial)
    }
}
