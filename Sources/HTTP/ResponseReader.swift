/// A reader of the response to one request: given bytes, it returns the event that they complete
/// (RFC 9112 sections 4–7).
///
///     head ──1xx──▶ head
///          ──Content-Length──▶ length ──▶ complete
///          ──chunked──▶ chunked ──▶ complete
///          ──neither──▶ untilEnd ──(end of connection)──▶ complete
package struct ResponseReader: ~Copyable {
    /// The next event in the input.
    package enum Step {
        /// All input was consumed.
        case needsMore
        case complete(ReceivedResponse)
    }

    private enum State {
        case head
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case untilEnd
        case over
    }

    private let limits: ResponseLimits
    private var state = State.head
    private var head: [UInt8] = []
    private var interim = 0
    private var response: ReceivedResponse?

    package init(limits: ResponseLimits = ResponseLimits()) { self.limits = limits }

    /// True once a byte of a response has arrived.
    package var hasStarted: Bool {
        if case .head = state { return !head.isEmpty || interim > 0 }
        return true
    }

    /// Reads from `position`, which moves past the consumed bytes.
    package mutating func read(
        _ input: Span<UInt8>, from position: inout Int
    ) throws(ResponseError) -> Step {
        while true {
            switch state {
            case .head:
                guard try readHead(input, from: &position) else { return .needsMore }
            case .length(let remaining):
                return readLength(input, from: &position, remaining: remaining)
            case .chunked(let decoder):
                return try readChunks(input, from: &position, decoder)
            case .untilEnd:
                response?.body.append(copying: input.extracting(position..<input.count))
                position = input.count
                return bodyIsFull ? cut() : .needsMore
            case .over: preconditionFailure("nothing is read behind an answer")
            }
        }
    }

    /// Called when the peer has closed the connection: returns a response whose end that is, and
    /// throws for one that is incomplete.
    package mutating func end() throws(ResponseError) -> ReceivedResponse {
        guard case .untilEnd = state, let response else {
            throw .incomplete(hasStarted: hasStarted)
        }
        state = .over
        return response
    }

    // MARK: The head

    /// Returns true when the head is complete and the body is next.
    private mutating func readHead(
        _ input: Span<UInt8>, from position: inout Int
    ) throws(ResponseError) -> Bool {
        while position < input.count {
            let byte = input[position]
            position += 1
            head.append(byte)
            // Input that is not HTTP is recognised by its first bytes; it may never have a line
            // end.
            if head.count <= 7, byte != Self.opening[head.count - 1] {
                throw .malformedStatusLine
            }
            if byte == ASCII.lineFeed, isAtEndOfHead {
                try finishHead()
                return true
            }
            if head.count >= limits.head { throw .headTooLarge(limit: limits.head) }
        }
        return false
    }

    private static let opening = Array("HTTP/1.".utf8)

    private var isAtEndOfHead: Bool {
        let count = head.count
        return count >= 4 && head[count - 2] == ASCII.carriageReturn
            && head[count - 3] == ASCII.lineFeed && head[count - 4] == ASCII.carriageReturn
    }

    private mutating func finishHead() throws(ResponseError) {
        var bytes: [UInt8] = []
        swap(&bytes, &head)
        let parsed = try ResponseHead(bytes)
        if parsed.status.code < 200 {
            // RFC 9110 section 15.2: interim responses are skipped; an upgrade was not requested.
            guard parsed.status.code != 101 else { throw .upgraded }
            interim += 1
            guard interim <= ResponseLimits.interim else { throw .tooManyInterim }
            return
        }
        let framing = try parsed.framing()
        response = ReceivedResponse(
            status: parsed.status, fields: parsed.fields, body: [], isCut: false,
            keepsAlive: parsed.keepsAlive && framing != nil)
        switch framing {
        case _ where parsed.status.isBodyless: state = .length(remaining: 0)
        case .length(let length): state = .length(remaining: length)
        case .chunked: state = .chunked(ChunkedDecoder())
        case nil: state = .untilEnd
        }
        if parsed.status.isBodyless { response?.keepsAlive = parsed.keepsAlive }
        if parsed.hasDoubtfulFraming { response?.keepsAlive = false }
    }

    // MARK: The body

    private var bodyIsFull: Bool { (response?.body.count ?? 0) > limits.body }

    private mutating func readLength(
        _ input: Span<UInt8>, from position: inout Int, remaining: Int
    ) -> Step {
        let count = min(remaining, input.count - position)
        response?.body.append(copying: input.extracting(position..<position + count))
        position += count
        if bodyIsFull { return cut() }
        guard count < remaining else { return finish() }
        state = .length(remaining: remaining - count)
        return .needsMore
    }

    private mutating func readChunks(
        _ input: Span<UInt8>, from position: inout Int, _ decoder: ChunkedDecoder
    ) throws(ResponseError) -> Step {
        var decoder = decoder
        var body: [UInt8] = []
        let isComplete: Bool
        do throws(RequestError) {
            isComplete = try decoder.decode(
                input, from: &position, into: &body, limit: Int.max / 2)
        } catch {
            throw .malformedChunk
        }
        response?.body.append(copying: body.span)
        if bodyIsFull { return cut() }
        if isComplete { return finish() }
        state = .chunked(decoder)
        return .needsMore
    }

    /// Returns the response with the bytes read so far. The end of the body is not looked for, so
    /// the connection must close.
    private mutating func cut() -> Step {
        response?.isCut = true
        response?.keepsAlive = false
        if let count = response?.body.count, count > limits.body {
            response?.body.removeLast(count - limits.body)
        }
        return finish()
    }

    private mutating func finish() -> Step {
        state = .over
        guard let response else { preconditionFailure("a body belongs to an answer") }
        return .complete(response)
    }
}
