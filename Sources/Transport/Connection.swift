import HTTP
import Sockets

/// One client's connection: octets in, requests to the handler, answers out in order.
///
/// Lives on its loop's thread. `RequestReader` and `AnswerQueue` know the protocol; this knows the
/// socket, when to read it, and when to end. Every state ends by itself: what the client is to send,
/// what it is to take and what the handler is to answer each have a deadline (`Deadlines`).
// Sendable because replies carry it between threads; they hand it back to its loop before anything
// but its constants is touched.
final class Connection: Watcher, @unchecked Sendable {
    enum Phase {
        case open
        /// No more requests are read; it ends when the last answer is out.
        case ending
        /// The sending side is closed; what still comes is dropped until the peer closes too.
        case draining
        case closed
    }

    let reception: Reception
    /// What its client's address takes of the server.
    var share: PeerShare
    /// The share of the address that is connected, to which a proxy's connection returns.
    let ownShare: PeerShare
    /// Its place in the reception's list.
    var index = 0
    /// It is in the list of connections whose answers are to be sent.
    var isDue = false

    var socket: Socket?
    private var token: Loop.Token?
    private var interest = Readiness.readable

    var phase = Phase.open
    var reader: RequestReader
    var answers = AnswerQueue()
    /// The request whose body is being read, or that waits for a decision, as long as it has no answer.
    var current: UInt32?
    /// The handler has not decided on the current head.
    var isDeciding = false
    /// Requests the handler works on.
    var withHandler = 0
    /// Requests that were answered because the handler took too long; its answers will be dropped.
    var abandoned: Set<UInt32> = []
    /// Input is being processed: answers given meanwhile are sent when it is through.
    var isBusy = false
    var peerHasEnded = false

    /// Input that was read but not looked at, because enough requests wait for answers.
    var backlog: [UInt8] = []
    /// What the kernel did not take yet, from `outputStart` on.
    var output: [UInt8] = []
    var outputStart = 0
    var drained = 0

    /// The bytes that are counted for it.
    var held = Held()
    var deadlines = Deadlines()

    init(_ socket: consuming Socket, from peer: Peer, share: PeerShare, reception: Reception) {
        self.socket = consume socket
        self.reception = reception
        self.share = share
        ownShare = share
        reader = RequestReader(limits: reception.headLimits, peer: peer)
    }

    /// Starts to serve.
    func open() throws(SystemError) {
        guard let number = socket?.number else { return }
        token = try reception.loop.watch(number, for: .readable, self)
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

    /// Looks whether something took too long.
    func sweep(at now: Moment) {
        if deadlines.isWritingLate(at: now) {
            cutOff()
        } else if deadlines.isAnswerLate(at: now) {
            answerTooLate()
        } else if deadlines.isReadingLate(at: now) {
            readTooLate()
        }
    }

    /// The client takes nothing: what waits for it is thrown away with the connection.
    func cutOff() {
        socket?.resetOnClose()
        close()
    }

    /// Gives the answer to a request; it goes out with the next `advance`.
    func record(_ response: consuming Response, for reply: Reply) -> Bool {
        let isGone = phase == .closed
        var response = consume response
        if !abandoned.contains(reply.ordinal) {
            reception.willAnswer(&response, to: reply.label)
        }
        // Replies may keep a connection that is gone; they shall not keep its answers too.
        let isFirst = answers.answer(
            reply.ordinal, with: isGone ? Response(status: response.status) : response)
        guard isFirst || abandoned.remove(reply.ordinal) != nil else { return false }
        withHandler -= 1
        if isFirst {
            deadlines.answered(
                isLast: withHandler == 0, at: reception.loop.now, reception.patience)
        }
        reception.finished(reply)
        return isFirst && !isBusy && !isGone
    }

    /// Sends what can be sent, and goes on reading when there is room again.
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

    /// The server is stopping: idle connections end now, the others with their last answer.
    func stop() {
        guard phase == .open else { return }
        if reader.isIdle, answers.isEmpty, backlog.isEmpty {
            // A request may have come in this moment; it is told so.
            receive()
            if phase == .open, reader.isIdle, answers.isEmpty { close() }
        } else if reader.isIdle, backlog.isEmpty {
            answers.closeAfterLast()
            phase = .ending
            settle()
        }
    }

    /// Ends it at once.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        if let token { reception.loop.unwatch(token) }
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
        reception.remove(self)
    }

    // MARK: What next

    /// Brings deadlines, interest and phase in line with what is left to do.
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

    /// Half-close with a short drain: closing outright with input unread would make the kernel send
    /// a reset, and that can take the last answer from the client (RFC 9112 section 9.6).
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
        deadlines.wait(for: next, from: reception.loop.now, reception.patience)
        if next == .idle, share !== ownShare { reception.attribute(self, to: ownShare) }
    }

    private func updateInterest() {
        let reads = phase == .draining || (!peerHasEnded && backlog.isEmpty && mayRead)
        let wanted = Readiness(readable: reads, writable: !output.isEmpty)
        guard wanted != interest, let token else { return }
        interest = wanted
        reception.loop.rewatch(token, for: wanted)
    }
}
