import HTTP

/// What the user-space part of a request costs: parsing its head, and writing its answer.
enum HTTPBenchmark {
    /// 245 bytes, as a partner's signed delivery has them.
    private static let head = """
        POST /hooks/src_benchmark HTTP/1.1\r
        Host: 127.0.0.1:8080\r
        Content-Type: application/json\r
        Content-Length: 436\r
        webhook-id: msg_2KWPBgLlAfxdpx2AI54pPJ85f4W\r
        webhook-timestamp: 1674087231\r
        webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=\r
        \r\n
        """

    static func run(_ arguments: [String]) {
        let rounds = arguments.first.flatMap { Int($0) } ?? 2_000_000
        let message = Array(head.utf8) + [UInt8](repeating: 0x78, count: 436)
        print("head \(head.utf8.count) bytes")
        var reader = RequestReader()
        Stopwatch.measure("head read", rounds) { readHead(message, with: &reader) }
        Stopwatch.measure("head and body read", rounds) { read(message, with: &reader) }
        let body = Array(repeating: UInt8(ascii: "x"), count: 200)
        let dateLine = HTTPDate.line(secondsSince1970: 1_700_000_000)
        var output: [UInt8] = []
        Stopwatch.measure("answer written", rounds) {
            output.removeAll(keepingCapacity: true)
            Response(status: .ok, contentType: .json, body: body)
                .write(to: &output, framing: AnswerFraming(), dateLine: dateLine)
            return output.count
        }
    }

    private static func readHead(_ message: [UInt8], with reader: inout RequestReader) -> Int {
        var position = 0
        do throws(RequestError) {
            _ = try reader.read(message.span, from: &position)
            guard reader.skip(upTo: 1 << 20) else { preconditionFailure("it may be skipped") }
            _ = try reader.read(message.span, from: &position)
            return position
        } catch {
            preconditionFailure("the message is sound: \(error)")
        }
    }

    private static func read(_ message: [UInt8], with reader: inout RequestReader) -> Int {
        var position = 0
        do throws(RequestError) {
            _ = try reader.read(message.span, from: &position)
            try reader.accept(maxBody: 1 << 20)
            guard case .complete(let request) = try reader.read(message.span, from: &position)
            else { preconditionFailure("the message is whole") }
            return request.body.count
        } catch {
            preconditionFailure("the message is sound: \(error)")
        }
    }
}
