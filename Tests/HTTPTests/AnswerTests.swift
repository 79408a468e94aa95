import HTTP
import Testing

@Suite struct AnswerTests {
    private static let dateLine = latin1("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")

    private func written(
        _ response: Response, _ framing: AnswerFraming = AnswerFraming()
    ) -> String {
        var output: [UInt8] = []
        response.write(to: &output, framing: framing, dateLine: Self.dateLine)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `the common answer, whole`() {
        let response = Response(status: .ok, contentType: .json, body: latin1("{}"))
        #expect(
            written(response) == """
                HTTP/1.1 200 OK\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Type: application/json\r
                Content-Length: 2\r
                \r
                {}
                """)
    }

    @Test func `fields of its own, a close, and a code nobody knows`() {
        var response = Response(status: Status(799))
        response.fields.append("retry-after", "1")
        response.fields.append("www-authenticate", "Bearer")
        #expect(
            written(response, AnswerFraming(closes: true)) == """
                HTTP/1.1 799 \r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Retry-After: 1\r
                Www-Authenticate: Bearer\r
                Connection: close\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test func `an answer to HEAD tells the length of the body it leaves out`() {
        let response = Response(status: .ok, contentType: .json, body: latin1("1234567890"))
        let text = written(response, AnswerFraming(omitsBody: true, saysKeepAlive: true))
        #expect(text.hasSuffix("Connection: keep-alive\r\nContent-Length: 10\r\n\r\n"))
    }

    @Test(arguments: [204, 304])
    func `some codes have neither body nor length`(_ code: Int) {
        let text = written(Response(status: Status(code), body: latin1("x")))
        #expect(text.hasSuffix("GMT\r\n\r\n"))
    }

    @Test(arguments: ["content-length", "transfer-encoding", "connection", "date"])
    func `a handler cannot say where its answer ends`(_ name: String) {
        var response = Response(status: .ok)
        response.fields.append(name, "7")
        #expect(!written(response).contains(": 7"))
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func `dates are written as IMF-fixdate`(_ seconds: Int64, _ text: String) {
        let line = HTTPDate.line(secondsSince1970: seconds)
        #expect(String(decoding: line, as: UTF8.self) == "Date: \(text)\r\n")
    }

    // MARK: The queue

    private func answer(_ name: String) -> Response {
        Response(status: .ok, contentType: .text, body: latin1(name))
    }

    private func bodies(_ queue: QueueBox) -> String {
        var output: [UInt8] = []
        queue.write(to: &output, dateLine: [])
        let text = String(decoding: output, as: UTF8.self)
        return text.split(separator: "HTTP/1.1 ").map { part in
            part.hasPrefix("100") ? "100" : String(part.suffix(1))
        }.joined()
    }

    @Test func `answers found out of order go out in order`() {
        let queue = QueueBox()
        let ordinals = (0..<4).map { _ in queue.open(AnswerFraming()) }
        #expect(queue.answer(ordinals[2], with: answer("c")))
        #expect(bodies(queue) == "")
        #expect(queue.answer(ordinals[0], with: answer("a")))
        #expect(bodies(queue) == "a")
        #expect(queue.answer(ordinals[1], with: answer("b")))
        #expect(bodies(queue) == "bc")
        #expect(queue.count == 1)
        #expect(queue.answer(ordinals[3], with: answer("d")))
        #expect(bodies(queue) == "d")
        #expect(queue.isEmpty)
    }

    @Test func `the first answer to a request counts`() {
        let queue = QueueBox()
        let ordinal = queue.open(AnswerFraming())
        #expect(queue.answer(ordinal, with: answer("a")))
        #expect(!queue.answer(ordinal, with: answer("b")))
        #expect(bodies(queue) == "a")
        #expect(!queue.answer(ordinal, with: answer("c")), "and it has been written")
    }

    @Test func `nothing follows an answer that closes`() {
        let queue = QueueBox()
        let first = queue.open(AnswerFraming(closes: true))
        let second = queue.open(AnswerFraming())
        #expect(queue.answer(second, with: answer("b")))
        #expect(queue.answer(first, with: answer("a")))
        #expect(bodies(queue) == "a")
        #expect(queue.hasEnded)
        #expect(bodies(queue) == "")
    }

    @Test func `a 100 waits for its turn and is said once`() {
        let queue = QueueBox()
        let first = queue.open(AnswerFraming())
        let second = queue.open(AnswerFraming())
        queue.askContinue(second)
        #expect(bodies(queue) == "")
        #expect(queue.answer(first, with: answer("a")))
        #expect(bodies(queue) == "a100")
        #expect(bodies(queue) == "")
        let third = queue.open(AnswerFraming())
        queue.askContinue(third)
        queue.forgetContinue(third)
        #expect(queue.answer(second, with: answer("b")))
        #expect(bodies(queue) == "b")
    }

    @Test func `the last request here can be made the last of all`() {
        let queue = QueueBox()
        let first = queue.open(AnswerFraming())
        let second = queue.open(AnswerFraming())
        queue.closeAfterLast()
        #expect(queue.answer(first, with: answer("a")))
        #expect(bodies(queue) == "a")
        #expect(!queue.hasEnded)
        #expect(queue.answer(second, with: answer("b")))
        #expect(bodies(queue) == "b")
        #expect(queue.hasEnded)
    }
}
