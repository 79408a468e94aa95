/// A reader of the requests of one connection, one after another: given bytes, it returns the event
/// that they complete.
///
///     head ──.head──▶ decision ──accept──▶ body ──.complete──▶ head
///                              └──skip───▶ skipping ──.skipped──▶ head
///
/// An error is final: the start of the next request is uncertain (RFC 9112 section 6.3), so nothing
/// more is read from that connection. Not copyable: there is one per connection, and reading its
/// state must not copy it.
package struct RequestReader: ~Copyable {
    /// The next event in the input.
    package enum Step {
        /// All input was consumed.
        case needsMore
        /// `request` has a new head; `accept` or `skip` must be called before reading on.
        case head
        /// A request with its complete body.
        case complete(Request)
        /// The body of a request that was answered early has been discarded.
        case skipped
    }

    private enum State {
        case head
        case decision
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case failed
    }

    private let limits: HeadLimits
    private var state = State.head
    private var parser: HeadParser
    /// The part of a head that arrived in earlier pieces.
    private var held: [UInt8] = []
    private var framing = Framing.length(0)
    private var maxBody = 0
    /// True while the body being read belongs to a request that has its response.
    package private(set) var isSkippingBody = false
    private var skipped = 0

    /// The request being read, or the one whose body could not be.
    package private(set) var request: Request
    /// True if the client waits for a 100 before it sends the body.
    package private(set) var expectsContinue = false

    package init(limits: HeadLimits = HeadLimits(), peer: Peer = .none) {
        self.limits = limits
        parser = HeadParser(limits: limits)
        request = Self.blank(peer)
    }

    private static func blank(_ peer: Peer) -> Request {
        Request(method: .get, target: Target(bytes: [], path: 0..<0, query: nil), peer: peer)
    }

    /// True between two requests, before any byte of the next one.
    package var isIdle: Bool {
        if case .head = state { return !parser.hasStarted }
        return false
    }

    /// True while a body is being read or skipped.
    package var isInBody: Bool {
        switch state {
        case .length, .chunked: true
        case .head, .decision, .failed: false
        }
    }

    /// True if the accepted request is complete; the next `read` returns it.
    package var isBodyComplete: Bool {
        if case .length(remaining: 0) = state { return true }
        return false
    }

    /// Reads from `position`, which moves past the consumed bytes.
    package mutating func read(
        _ input: borrowing Span<UInt8>, from position: inout Int
    ) throws(RequestError) -> Step {
        do {
            switch state {
            case .head: return try readHead(input, from: &position)
            case .length(let remaining):
                return readBody(input, from: &position, remaining: remaining)
            case .chunked(let decoder):
                return try readChunks(input, from: &position, decoder: decoder)
            case .decision: preconditionFailure("a head waits for accept or skip")
            case .failed: preconditionFailure("nothing is read after an error")
            }
        } catch {
            fail()
            throw error
        }
    }

    /// Ends the reading. The head of a request whose body was being read stays, for the response,
    /// until `abandon`.
    private mutating func fail() {
        state = .failed
        held = []
        request.body = []
    }

    /// Ends the reading and frees the memory of the unfinished request.
    package mutating func abandon() {
        state = .failed
        held = []
        request = Self.blank(request.peer)
    }

    /// The number of bytes kept of an unfinished request.
    package var heldBytes: Int {
        switch state {
        case .head: held.count
        case .decision, .length, .chunked: request.size
        case .failed: 0
        }
    }

    /// Makes the reader read the body; throws at once if it is announced larger than allowed.
    package mutating func accept(maxBody: Int) throws(RequestError) {
        self.maxBody = maxBody
        isSkippingBody = false
        switch framing {
        case .length(let length):
            if length > maxBody {
                fail()
                throw .bodyTooLarge(limit: maxBody)
            }
            state = .length(remaining: length)
        case .chunked:
            state = .chunked(ChunkedDecoder())
        }
    }

    /// Makes the reader discard the body of a request that is answered without it. A short body is
    /// read and dropped, so that the connection stays usable.
    ///
    /// - Returns: true if the connection stays usable; otherwise it must close after this response,
    ///   as it must if the client waits for a 100, because the body may or may not come.
    package mutating func skip(upTo limit: Int) -> Bool {
        isSkippingBody = true
        skipped = 0
        maxBody = limit
        switch framing {
        case .length(let length) where length == 0 || (length <= limit && !expectsContinue):
            state = .length(remaining: length)
        case .chunked where !expectsContinue:
            state = .chunked(ChunkedDecoder())
        case .length, .chunked:
            abandon()
            return false
        }
        return true
    }

    // MARK: The head

    private mutating func readHead(
        _ input: borrowing Span<UInt8>, from position: inout Int
    ) throws(RequestError) -> Step {
        guard position < input.count else { return .needsMore }
        if held.isEmpty {
            let window = input.extracting(position..<input.count)
            switch try parser.parse(window) {
            case .needsMore:
                held.append(copying: window)
                position = input.count
                return .needsMore
            case .complete(let length):
                position += length
                try finishHead(window.extracting(0..<length).withUnsafeBufferPointer { Array($0) })
                request.bytesBehindHead = input.count - position
            }
        } else {
            // At most the limit of a head; the rest of the input stays where it is.
            let before = held.count
            let room = limits.target + limits.header + 64
            let end = min(input.count, position + room)
            var head: [UInt8] = []
            swap(&head, &held)
            head.append(copying: input.extracting(position..<end))
            switch try parser.parse(head.span) {
            case .needsMore:
                swap(&head, &held)
                position = end
                return .needsMore
            case .complete(let length):
                position += length - before
                head.removeLast(head.count - length)
                try finishHead(head)
                request.bytesBehindHead = input.count - position
            }
        }
        return .head
    }

    private mutating func finishHead(_ head: consuming [UInt8]) throws(RequestError) {
        framing = try parser.facts.framing(version: parser.version)
        guard let method = parser.method else { throw .unknownMethod }
        guard let parts = TargetParts(head.span, in: parser.target, of: method) else {
            throw .malformedTarget
        }
        let facts = parser.facts
        let version = parser.version
        let fields = Fields(head: consume head, lines: parser.takeLines())
        parser = HeadParser(limits: limits)
        request = Request(
            method: method,
            target: Target(bytes: fields.bytes, path: parts.path, query: parts.query),
            version: version,
            keepAlive: !facts.saysClose && (version == .http11 || facts.saysKeepAlive),
            fields: fields, announcedLength: framing.length, peer: request.peer)
        // RFC 9110 section 10.1.1: a 1.0 client does not know 100, and without a body there is
        // nothing to wait for.
        expectsContinue = facts.expectsContinue && version == .http11 && framing != .length(0)
        state = .decision
    }

    // MARK: The body

    private mutating func readBody(
        _ input: borrowing Span<UInt8>, from position: inout Int, remaining: Int
    ) -> Step {
        let count = min(remaining, input.count - position)
        if count > 0 {
            if !isSkippingBody {
                let part = input.extracting(position..<position + count)
                // The memory grows with the bytes received, not with the length announced.
                if count < remaining {
                    request.body.reserve(forAppending: min(remaining, count * 4))
                }
                request.body.append(copying: part)
            }
            position += count
        }
        if count < remaining {
            state = .length(remaining: remaining - count)
            return .needsMore
        }
        return finishRequest()
    }

    private mutating func readChunks(
        _ input: borrowing Span<UInt8>, from position: inout Int, decoder: ChunkedDecoder
    ) throws(RequestError) -> Step {
        var decoder = decoder
        let isComplete = try decoder.decode(
            input, from: &position, into: &request.body, limit: maxBody - skipped)
        if isSkippingBody {
            skipped += request.body.count
            request.body.removeAll()
        }
        if isComplete { return finishRequest() }
        state = .chunked(decoder)
        return .needsMore
    }

    private mutating func finishRequest() -> Step {
        state = .head
        expectsContinue = false
        if isSkippingBody {
            isSkippingBody = false
            return .skipped
        }
        var finished = Self.blank(request.peer)
        swap(&finished, &request)
        return .complete(finished)
    }
}
