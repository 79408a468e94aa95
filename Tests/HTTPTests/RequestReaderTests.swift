import HTTP
import Testing

@Suite struct RequestReaderTests {
    /// Messages of every kind, sound and unsound.
    private static let streams = [
        request(),
        request("POST /hooks/src_1?a=b HTTP/1.1", "Content-Length: 11", body: "{\"probe\":1}"),
        request(
            "POST /x HTTP/1.1", "Transfer-Encoding: chunked",
            body: "b;a=\"q\\\"\";c\r\n{\"probe\":1}\r\n0\r\nX-T: 1\r\n\r\n"),
        request(
            "PUT http://example.com:80/x?y HTTP/1.1", "Expect: 100-continue", "Content-Length: 3",
            body: "abc"),
        "\r\n\r\n" + request("GET /a HTTP/1.0", host: nil, "Connection: keep-alive")
            + request("OPTIONS * HTTP/1.1", "X-Empty:", "X-Tab:\t a\tb \t")
            + request("GET /b HTTP/1.1", "Connection: close"),
        request("GET /%zz HTTP/1.1"),
        request("GET / HTTP/1.1", "Bad Name: 1"),
        request("GET / HTTP/1.1", "X: a\u{0}b"),
        "GET / HTTP/1.1\nHost: a\n\n",
        request("POST / HTTP/1.1", "Transfer-Encoding: chunked", body: "5\r\nabcdeX\r\n0\r\n\r\n"),
        request("POST / HTTP/1.1", "Content-Length: 5", body: "abc"),
        request("BREW /pot HTTP/1.1"),
    ]

    @Test(arguments: streams)
    func `where the input is cut changes nothing`(_ text: String) {
        let bytes = latin1(text)
        let whole = Reading([bytes])
        for cut in 1..<bytes.count {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            #expect(Reading(pieces) == whole, "cut at \(cut)")
        }
        #expect(Reading(bytes.map { [$0] }) == whole, "one byte at a time")
    }

    @Test func `a whole request is given with its target, fields and body`() throws {
        let reading = Reading(
            request(
                "POST /hooks/src_1?a=b HTTP/1.1", "Content-TYPE:  application/json ",
                "Content-Length: 4", body: "body"))
        let message = try #require(reading.messages.first)
        #expect(message.method == .post)
        #expect(message.path == "/hooks/src_1")
        #expect(message.query == "a=b")
        #expect(
            message.fields == [
                "host=example.com", "content-type=application/json", "content-length=4",
            ])
        #expect(message.body == latin1("body"))
        #expect(reading.isPartial == false)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", [], true),
        ("GET / HTTP/1.1", ["Connection: close"], false),
        ("GET / HTTP/1.1", ["Connection: x,, CLOSE"], false),
        ("GET / HTTP/1.1", ["Connection: close-not"], true),
        ("GET / HTTP/1.1", ["Connection: keep-alive, close"], false),
        ("GET / HTTP/1.0", [], false),
        ("GET / HTTP/1.0", ["Connection: Keep-Alive"], true),
        ("GET / HTTP/1.2", [], true),
    ])
    func `a connection persists as its version and its Connection field say`(
        _ line: String, _ fields: [String], _ persists: Bool
    ) {
        let text = ([line, "Host: a"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        #expect(Reading(text).messages.map(\.keepAlive) == [persists])
    }

    @Test func `an idle reader has seen nothing of the next request`() throws {
        let reader = ReaderBox()
        var position = 0
        #expect(reader.isIdle)
        _ = try reader.read([UInt8(ascii: "G")], from: &position)
        #expect(!reader.isIdle)
        #expect(!reader.isInBody)
    }

    @Test func `a short body that nobody wants is read and dropped`() throws {
        let bytes = latin1(
            request("POST / HTTP/1.1", "Content-Length: 3", body: "abc")
                + request("GET /next HTTP/1.1"))
        let reader = ReaderBox()
        var position = 0
        guard case .head = try reader.read(bytes, from: &position) else {
            Issue.record("no head")
            return
        }
        #expect(reader.skip(upTo: 3))
        guard case .skipped = try reader.read(bytes, from: &position) else {
            Issue.record("not skipped")
            return
        }
        guard case .head = try reader.read(bytes, from: &position) else {
            Issue.record("no second head")
            return
        }
        #expect(reader.request.target.pathEquals("/next"))
        #expect(!reader.isSkippingBody)
    }

    @Test func `a longer body, or one that may not come, ends the connection`() throws {
        for text in [
            request("POST / HTTP/1.1", "Content-Length: 4"),
            request("POST / HTTP/1.1", "Content-Length: 3", "Expect: 100-continue"),
            request("POST / HTTP/1.1", "Transfer-Encoding: chunked", "Expect: 100-continue"),
        ] {
            let reader = ReaderBox()
            var position = 0
            _ = try reader.read(latin1(text), from: &position)
            #expect(!reader.skip(upTo: 3))
        }
    }

    @Test func `chunks that nobody wants are counted`() throws {
        let bytes = latin1(
            request("POST / HTTP/1.1", "Transfer-Encoding: chunked", body: "3\r\nabc\r\n"))
        for (limit, isEnough) in [(3, true), (2, false)] {
            let reader = ReaderBox()
            var position = 0
            _ = try reader.read(bytes, from: &position)
            #expect(reader.skip(upTo: limit))
            #expect(reader.isSkippingBody)
            do throws(RequestError) {
                _ = try reader.read(bytes, from: &position)
                #expect(isEnough)
            } catch {
                #expect(!isEnough)
                #expect(error == .bodyTooLarge(limit: limit))
            }
        }
    }

    @Test(arguments: [
        ("HTTP/1.1", "Content-Length: 1", true), ("HTTP/1.1", "Transfer-Encoding: chunked", true),
        ("HTTP/1.1", "Content-Length: 0", false), ("HTTP/1.0", "Content-Length: 1", false),
    ])
    func `a 100 is waited for only where one can be`(
        _ version: String, _ framing: String, _ waits: Bool
    ) throws {
        let reader = ReaderBox()
        var position = 0
        let text = request("POST / \(version)", "Expect: 100-Continue", framing)
        _ = try reader.read(latin1(text), from: &position)
        #expect(reader.expectsContinue == waits)
    }
}
