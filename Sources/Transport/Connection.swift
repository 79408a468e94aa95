import HTTP
import Sockets

/// One client's connection: reads bytes, passes requests to the handler, and sends the responses in
/// order.
///
/// Lives on its loop's thread. `RequestReader` and `AnswerQueue` implement the protocol; this class
/// owns the socket and decides when to read it and when to close. No state can last for ever: the
/// client's requests, its reading of responses, and the handler's answers each have a deadline
/// (`Deadlines`).
// Sendable because replies carry it between threads; they return it to its loop before anything but
// its constants is used.
final class Connection: Watcher, @unchecked Sendable {
    enum Phase {
        case open
        /// No more requests are read; it closes when the last response has been sent.
        case ending
        /// The sending direction is closed; input is discarded until the peer closes too.
        case draining
        case closed
    }

    let serverLoop: ServerLoop
    /// The share of the server's limits that its client's address uses.
    var share: PeerShare
    /// The share of the connected address, which is restored on a proxy's connection.
    let ownShare: PeerShare
    /// The index in the list of all connections of the loop.
    var index = 0
    /// True while it is in the list of connections whose responses are to be sent.
    var isDue = false

    var socket: Socket?
    private var token: Loop.Token?
    private var interest = Readiness.readable

    var phase = Phase.open
    var reader: RequestReader
    var answers = AnswerQueue()
    /// The request whose body is being read, or that waits for a decision, until it has a response.
    var current: UInt32?
    /// True while the handler has not decided on the current head.
    var isDeciding = false
    /// The number of requests that the handler works on.
    var withHandler = 0
    /// Requests that were answered because the handler took too long; the handler's responses will
    /// be dropped.
    var abandoned: Set<UInt32> = []
    /// True while input is processed; responses given in the meantime are sent afterwards.
    var isBusy = false
    var peerHasEnded = false

    /// Input that was read but not parsed, because enough requests wait for responses.
    var backlog: [UInt8] = []
    /// Bytes that the kernel has not accepted yet, from `outputStart` on.
    var output: [UInt8] = []
    var outputStart = 0
    var drained = 0

    /// The bytes that are counted for this connection.
    var held = Held()
    var deadlines = Deadlines()

    init(_ socket: consuming Socket, from peer: Peer, share: PeerShare, serverLoop: ServerLoop) {
        self.socket = consume socket
        self.serverLoop = serverLoop
        self.share = share
        ownShare = share
        reader = RequestReader(limits: serverLoop.headLimits, peer: peer)
    }

    /// Starts to watch the socket.
    func open() throws(SystemError) {
        guard let number = socket?.number else { return }
        token = try serverLoop.loop.watch(number, for: .readable, self)
        updateWaiting()
    }

    // MARK: Events

    func ready(_ readiness: Readiness) {
        if readiness.hasFailed {
            close()
            return
        }
        if readiness.isWritable { sendRest() }
        if readiness.isReadable, phase != .closed { receive() }
    }

    /// Closes the connection or refuses its request if a deadline has passed.
    func sweep(at now: MonotonicTime) {
        if deadlines.isWritingLate(at: now) {
            cutOff()
        } else if deadlines.isAnswerLate(at: now) {
            answerTooLate()
        } else if deadlines.isReadingLate(at: now) {
            readTooLate()
        }
    }

    /// Discards the responses of a client that does not read them, and closes.
    func cutOff() {
        socket?.resetOnClose()
        close()
    }

    /// Stores the response to a request; the next `advance` sends it.
    func record(_ response: consuming Response, for reply: Reply) -> Bool {
        let isGone = phase == .closed
        var response = consume response
        if !abandoned.contains(reply.ordinal) {
            serverLoop.willAnswer(&response, to: reply.label)
        }
        // Replies may hold a reference to a closed connection; they must not keep its responses in
        // memory.
        let isFirst = answers.answer(
            reply.ordinal, with: isGone ? Response(status: response.status) : response)
        guard isFirst || abandoned.remove(reply.ordinal) != nil else { return false }
        withHandler -= 1
        if isFirst {
            deadlines.answered(
                isLast: withHandler == 0, at: serverLoop.loop.now, serverLoop.patience)
        }
        serverLoop.finished(reply)
        return isFirst && !isBusy && !isGone
    }

    /// Sends all responses that can be sent, and resumes reading when there is room again.
    func advance() {
        if phase == .closed { return }
        flush()
        if mayRead, !backlog.isEmpty || reader.isBodyComplete {
            var input: [UInt8] = []
            swap(&input, &backlog)
            process(input.span)
        }
        settle()
    }

    /// Prepares for the server's stop: idle connections close now, others after their last
    /// response.
    func stop() {
        guard phase == .open else { return }
        if reader.isIdle, answers.isEmpty, backlog.isEmpty {
            // A request may have just arrived; it is answered with a refusal.
            receive()
            if phase == .open, reader.isIdle, answers.isEmpty { close() }
        } else if reader.isIdle, backlog.isEmpty {
            answers.closeAfterLast()
            phase = .ending
            settle()
        }
    }

    /// Closes at once.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        if let token { serverLoop.loop.unwatch(token) }
        token = nil
        socket = nil
        current = nil
        isDeciding = false
        reader.abandon()
        backlog = []
        output = []
        answers.dropBodies()
        deadlines = Deadlines()
        count(input: 0, output: 0)
        serverLoop.remove(self)
    }

    // MARK: What next

    /// Updates deadlines, watched readiness and phase after a change.
    func settle() {
        if phase == .closed { return }
        countHeld()
        if phase == .closed { return }
        if output.isEmpty, phase != .draining {
            if answers.hasEnded || (phase == .ending && answers.isEmpty) {
                finishSending()
                if phase == .closed { return }
            } else if peerHasEnded, answers.isEmpty, backlog.isEmpty {
                close()
                return
            }
        }
        updateWaiting()
        updateInterest()
    }

    /// Half-close with a short drain: closing outright with unread input would make the kernel send
    /// a reset, which can remove the last response from the client's buffers (RFC 9112 section
    /// 9.6).
    private func finishSending() {
        if peerHasEnded {
            close()
            return
        }
        socket?.finishSending()
        phase = .draining
        backlog = []
        reader.abandon()
        countHeld()
    }

    private func updateWaiting() {
        let next: Deadlines.Waiting
        if phase == .draining {
            next = .drain
        } else if phase != .open || !backlog.isEmpty || peerHasEnded || isDeciding {
            next = .nothing
        } else if reader.isInBody {
            next = .body
        } else if !reader.isIdle {
            next = .header
        } else {
            next = answers.isEmpty ? .idle : .nothing
        }
        deadlines.wait(for: next, from: serverLoop.loop.now, serverLoop.patience)
        if next == .idle, share !== ownShare { serverLoop.attribute(self, to: ownShare) }
    }

    private func updateInterest() {
        let reads = phase == .draining || (!peerHasEnded && backlog.isEmpty && mayRead)
        let wanted = Readiness(readable: reads, writable: !output.isEmpty)
        guard wanted != interest, let token else { return }
        interest = wanted
        serverLoop.loop.rewatch(token, for: wanted)
    }
}
