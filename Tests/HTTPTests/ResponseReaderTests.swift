import Testing

@testable import HTTP

@Suite struct ResponseReaderTests {
    /// The result of reading pieces as one response, followed by the end of the connection.
    private func read(
        _ pieces: [[UInt8]], limits: ResponseLimits = ResponseLimits()
    ) -> String {
        var reader = ResponseReader(limits: limits)
        do throws(ResponseError) {
            for piece in pieces {
                var position = 0
                if case .complete(let response) = try reader.read(piece.span, from: &position) {
                    let rest = piece.count - position
                    return word(response) + (rest > 0 ? ", \(rest) left" : "")
                }
            }
            return word(try reader.end()) + " at the end"
        } catch {
            return "\(error)"
        }
    }

    private func word(_ response: ReceivedResponse) -> String {
        "\(response.status.code) \(String(decoding: response.body, as: UTF8.self))"
            + (response.isCut ? " cut" : "") + (response.keepsAlive ? "" : " closes")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var answer: String
        var expected: String
        var testDescription: String { answer.debugDescription }

        init(_ answer: String, _ expected: String) {
            self.answer = answer
            self.expected = expected
        }
    }

    static let cases = [
        Case("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 hi"),
        Case("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhithere", "200 hi, 5 left"),
        Case("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200 "),
        Case("HTTP/1.1 204 No Content\r\n\r\n", "204 "),
        Case("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "304 "),
        Case("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 hi closes"),
        Case(
            "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi", "200 hi"),
        Case(
            "HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 2\r\n\r\nhi",
            "200 hi closes"),
        Case("HTTP/1.1 200 OK\r\n\r\nuntil the end", "200 until the end closes at the end"),
        Case(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x=y\r\n ho\r\n0\r\n\r\n",
            "200 hi ho"),
        Case(
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
            "200 a"),
        Case("HTTP/1.1 200 OK\r\nX: a\r\n  folded\r\nContent-Length: 1\r\n\r\na", "200 a"),
        Case("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", "200 a"),
        Case(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
            "Content-Length is not a single number"),
        Case(
            "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
            "Content-Length is not a single number"),
        Case(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "the body has an unknown transfer coding"),
        Case(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "the chunked body is malformed"),
        Case(
            "HTTP/1.1 101 Switching\r\n\r\n",
            "the response switches the protocol, which was not requested"),
        Case("SSH-2.0-OpenSSH_9.2\r\n", "the response is not HTTP/1.1"),
        Case("HTTP/2 200\r\n\r\n", "the response is not HTTP/1.1"),
        Case("HTTP/1.1 20x OK\r\n\r\n", "the response is not HTTP/1.1"),
        Case("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header field is malformed"),
        Case("HTTP/1.1 200 OK\r\nA: b\u{1}\r\n\r\n", "a header field is malformed"),
        Case(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi",
            "the connection closed before the response was complete"),
        Case("", "the connection closed without a response"),
    ]

    @Test(arguments: cases) func `an answer is read for what it is`(_ one: Case) {
        #expect(read([Array(one.answer.utf8)]) == one.expected)
    }

    @Test(arguments: cases) func `an answer in two pieces is the same, wherever it is cut`(
        _ one: Case
    ) {
        let bytes = Array(one.answer.utf8)
        // Bytes after the response are counted in the last piece only.
        for cut in 0..<bytes.count {
            let response = read([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(response.prefix(6) == one.expected.prefix(6), "cut at \(cut)")
        }
    }

    @Test func `a body is kept up to its limit, and no byte beyond`() {
        let limits = ResponseLimits(body: 3)
        let head = "HTTP/1.1 200 OK\r\n"
        func read(_ rest: String) -> String {
            self.read([Array((head + rest).utf8)], limits: limits)
        }
        #expect(read("Content-Length: 3\r\n\r\nabc") == "200 abc")
        #expect(read("Content-Length: 4\r\n\r\nabcd") == "200 abc cut closes")
        #expect(read("\r\nabcd") == "200 abc cut closes")
        #expect(
            read("Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n")
                == "200 abc cut closes"
        )
    }

    @Test func `a head is read up to its limit`() {
        let limits = ResponseLimits(head: 100)
        let filler = String(repeating: "x", count: 100 - "HTTP/1.1 204 \r\nA: \r\n\r\n".utf8.count)
        let fits = Array("HTTP/1.1 204 \r\nA: \(filler)\r\n\r\n".utf8)
        let exceeds = Array("HTTP/1.1 204 \r\nA: \(filler)y\r\n\r\n".utf8)
        #expect(read([fits], limits: limits) == "204 ")
        #expect(
            read([exceeds], limits: limits) == "the header section is larger than 100 bytes")
    }

    @Test func `interim answers end some day`() {
        let interim = String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 17)
        #expect(read([Array(interim.utf8)]) == "there are too many interim responses")
    }
}
