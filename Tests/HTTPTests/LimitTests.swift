import HTTP
import Testing

@Suite struct LimitTests {
    private static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    @Test func `a target at its limit is read, one byte more is not`() {
        let limits = HeadLimits(target: 20, header: 100)
        let target = "/" + Self.repeated("x", 19)
        #expect(Reading(request("GET \(target) HTTP/1.1"), limits: limits).error == nil)
        let longer = request("GET \(target)x HTTP/1.1")
        #expect(Reading(longer, limits: limits).error == .targetTooLong(limit: 20))
        #expect(
            Reading(Array(latin1(longer).prefix(25)).map { [$0] }, limits: limits).error
                == .targetTooLong(limit: 20), "without waiting for its end")
    }

    @Test(arguments: 0..<8)
    func `a header section at its limit is read, one byte more is not`(_ lastValue: Int) {
        // The limit falls on each place around the end in turn.
        let fields =
            "Host: a\r\nX: " + Self.repeated("y", 20) + "\r\nZ: " + Self.repeated("z", lastValue)
        let size = fields.utf8.count + 4
        let text = "GET / HTTP/1.1\r\n" + fields + "\r\n\r\n"
        for (limit, error) in [
            (size, nil), (size - 1, RequestError.headerTooLarge(limit: size - 1)),
        ] {
            let limits = HeadLimits(header: limit)
            #expect(Reading(text, limits: limits).error == error)
            #expect(Reading(latin1(text).map { [$0] }, limits: limits).error == error)
        }
    }

    @Test func `a header section without end is refused when its room is used up`() {
        let limits = HeadLimits(header: 50)
        let text = "GET / HTTP/1.1\r\nX: " + Self.repeated("y", 47)
        #expect(Reading(text, limits: limits).error == .headerTooLarge(limit: 50))
        #expect(Reading(String(text.dropLast()), limits: limits).error == nil)
    }

    @Test func `256 fields are read, one more is not`() {
        let fields = Self.repeated("a: b\r\n", 255)
        let head = "GET / HTTP/1.1\r\nHost: a\r\n"
        #expect(Reading(head + fields + "\r\n").error == nil)
        #expect(Reading(head + fields + "a: b\r\n\r\n").error == .tooManyFields(limit: 256))
    }

    @Test func `four empty lines may come before a request, not five`() {
        let lines = Self.repeated("\r\n", 4)
        #expect(Reading(lines + request()).error == nil)
        #expect(Reading("\r\n" + lines + request()).error == .malformedRequestLine)
    }

    @Test func `a body at its limit is read, one byte more is not`() {
        for (count, error) in [(10, nil), (11, RequestError.bodyTooLarge(limit: 10))] {
            let body = Self.repeated("x", count)
            let counted = request("POST / HTTP/1.1", "Content-Length: \(count)", body: body)
            #expect(Reading(counted, maxBody: 10).error == error)
            let size = String(count, radix: 16)
            let chunked = request(
                "POST / HTTP/1.1", "Transfer-Encoding: chunked",
                body: "\(size)\r\n\(body)\r\n0\r\n\r\n")
            #expect(Reading(chunked, maxBody: 10).error == error)
        }
    }

    @Test func `chunks are added up`() {
        let head = request("POST / HTTP/1.1", "Transfer-Encoding: chunked")
        #expect(Reading(head + "5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n", maxBody: 10).error == nil)
        #expect(
            Reading(head + "5\r\nabcde\r\n6\r\n", maxBody: 10).error == .bodyTooLarge(limit: 10))
    }

    @Test func `extensions of all chunks together have 4096 bytes`() {
        let head = request("POST / HTTP/1.1", "Transfer-Encoding: chunked")
        // The first byte after the size is counted by neither line.
        let half = "1;" + Self.repeated("a", 2047) + "\r\nx\r\n"
        #expect(Reading(head + half + half + "0\r\n\r\n").error == nil)
        let more = "1;" + Self.repeated("a", 2048) + "\r\nx\r\n"
        #expect(
            Reading(head + half + more + "0\r\n\r\n").error
                == .chunkExtensionsTooLarge(limit: 4096))
    }

    @Test func `trailers have 8192 bytes`() {
        let head = request("POST / HTTP/1.1", "Transfer-Encoding: chunked", body: "0\r\n")
        let trailer = "X: " + Self.repeated("y", 8192 - 7) + "\r\n\r\n"
        #expect(Reading(head + trailer).error == nil)
        #expect(Reading(head + "X" + trailer).error == .trailersTooLarge(limit: 8192))
    }

    @Test func `memory follows what has come, not what was announced`() throws {
        let reader = ReaderBox()
        var position = 0
        let text = request("POST / HTTP/1.1", "Content-Length: 1000000", body: "abc")
        let bytes = latin1(text)
        _ = try reader.read(bytes, from: &position)
        try reader.accept(maxBody: 1 << 20)
        _ = try reader.read(bytes, from: &position)
        #expect(reader.request.body.count == 3)
        #expect(reader.request.body.capacity < 1000)
    }
}
