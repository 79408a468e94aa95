import HTTP
import Sockets

/// One client's connection: octets in, requests to the handler, answers out in order.
///
/// Lives on its loop's thread. `RequestReader` and `AnswerQueue` know the protocol; this knows the
/// socket, when to read it, and when to end.
// Sendable because replies carry it between threads; they hand it back to its loop before anything
// but its constants is touched.
final class Connection: Watcher, @unchecked Sendable {
    private enum Phase {
        case open
        /// No more requests are read; it ends when the last answer is out.
        case ending
        /// The sending side is closed; what still comes is dropped until the peer closes too.
        case draining
        case closed
    }

    let reception: Reception
    /// Its place in the reception's list.
    var index = 0
    /// It is in the list of connections whose answers are to be sent.
    var isDue = false

    private var socket: Socket?
    private var token: Loop.Token?
    private var interest = Readiness.readable

    private var phase = Phase.open
    private var reader: RequestReader
    private var answers = AnswerQueue()
    /// The request whose body is being read, as long as it has no answer.
    private var current: UInt32?
    /// Input is being processed: answers given meanwhile are sent when it is through.
    private var isBusy = false
    private var peerHasEnded = false

    /// Input that was read but not looked at, because enough requests wait for answers.
    private var backlog: [UInt8] = []
    /// What the kernel did not take yet, from `outputStart` on.
    private var output: [UInt8] = []
    private var outputStart = 0
    private var drained = 0

    private var deadlines = Deadlines()

    init(_ socket: consuming Socket, from peer: Peer, reception: Reception) {
        self.socket = consume socket
        self.reception = reception
        reader = RequestReader(limits: reception.headLimits, peer: peer)
    }

    /// Starts to serve.
    func open() throws(SystemError) {
        guard let number = socket?.number else { return }
        token = try reception.loop.watch(number, for: .readable, self)
        updateWaiting()
    }

    /// When it will be closed for being idle; `never` while it is not.
    var idleUntil: Moment { deadlines.idleUntil }

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
            // The client takes nothing: what waits for it is thrown away with the connection.
            socket?.resetOnClose()
            close()
        } else if deadlines.isReadingLate(at: now) {
            readTooLate()
        }
    }

    /// Gives the answer to a request; it goes out with the next `advance`.
    func record(_ response: consuming Response, for ordinal: UInt32) -> Bool {
        guard answers.answer(ordinal, with: response) else { return false }
        reception.finished()
        return !isBusy && phase != .closed
    }

    /// Sends what can be sent, and goes on reading when there is room again.
    func advance() {
        if phase == .closed { return }
        flush()
        if !backlog.isEmpty, mayRead {
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
        backlog = []
        output = []
        deadlines = Deadlines()
        reception.remove(self)
    }

    // MARK: Reading

    /// Whether input may be looked at: answers are being taken, and either there is room for another
    /// request or the body of one that has its place is to be read.
    private var mayRead: Bool {
        phase == .open && output.isEmpty
            && (answers.count < reception.limits.maxPipelined || reader.isInBody)
    }

    private func receive() {
        var input = reception.takeInput()
        defer { reception.putBack(&input) }
        guard let received = socket?.receive(into: &input) else { return }
        switch received {
        case .octets(let count):
            if phase == .draining {
                drained += count
                if drained > reception.limits.maxDrained { close() }
            } else {
                process(input.span.extracting(0..<count))
                settle()
            }
        case .end:
            peerHasEnded = true
            if phase == .draining { close() } else { settle() }
        case .wouldBlock:
            break
        case .failed:
            close()
        }
    }

    /// Looks at all of the input, or keeps the rest for later.
    private func process(_ input: Span<UInt8>) {
        isBusy = true
        var position = 0
        repeat {
            consume(input, from: &position)
            flush()
            // What was answered at once has made room for more.
        } while position < input.count && mayRead
        isBusy = false
        if position < input.count, phase == .open {
            backlog.append(copying: input.extracting(position..<input.count))
        }
    }

    private func consume(_ input: Span<UInt8>, from position: inout Int) {
        do throws(RequestError) {
            while mayRead {
                switch try reader.read(input, from: &position) {
                case .needsMore:
                    return
                case .head:
                    deadlines.stopWaiting()
                    try decide(bodyIsHere: position < input.count)
                case .complete(let request):
                    deadlines.stopWaiting()
                    handOver(request)
                case .skipped:
                    deadlines.stopWaiting()
                    if !reader.request.keepAlive { endAfterLast() }
                }
            }
        } catch {
            refuse(error)
        }
    }

    /// A head is complete: does its body matter?
    private func decide(bodyIsHere: Bool) throws(RequestError) {
        let head = reader.request
        let closes = !head.keepAlive || reception.isStopping
        let ordinal = answers.open(
            AnswerFraming(
                omitsBody: head.method == .head, closes: closes,
                saysKeepAlive: head.version == .http10))
        current = ordinal
        switch reception.admit(head) {
        case .accept(let maxBody):
            try reader.accept(maxBody: maxBody)
            if reader.expectsContinue, !bodyIsHere { answers.askContinue(ordinal) }
        case .answer(let response):
            current = nil
            let staysOpen = reader.skip(upTo: reception.limits.maxDiscarded)
            _ = answers.answer(ordinal, with: response, closing: !staysOpen)
            if !staysOpen { phase = .ending }
        }
    }

    private func handOver(_ request: consuming Request) {
        guard let ordinal = current else { return }
        current = nil
        answers.forgetContinue(ordinal)
        let keepAlive = request.keepAlive
        reception.handle(request, reply: Reply(connection: self, ordinal: ordinal))
        if !keepAlive || reception.isStopping { endAfterLast() }
    }

    /// Nothing more is read: the answer to the last request ends the connection.
    private func endAfterLast() {
        answers.closeAfterLast()
        phase = .ending
    }

    /// The octets are no request. Where the next one would start is unknown, so this ends here.
    private func refuse(_ error: RequestError) {
        let ordinal: UInt32
        if let current {
            ordinal = current
        } else if reader.isSkippingBody {
            endAfterLast()
            return
        } else {
            ordinal = answers.open(AnswerFraming())
        }
        current = nil
        _ = answers.answer(ordinal, with: error.response, closing: true)
        phase = .ending
    }

    private func readTooLate() {
        switch deadlines.waiting {
        case .header: refuse(.headerTimeout)
        case .body: refuse(.bodyTimeout)
        case .idle, .drain, .nothing:
            close()
            return
        }
        advance()
    }

    // MARK: Writing

    /// Sends the answers whose turn it is in one write.
    private func flush() {
        guard output.isEmpty, phase == .open || phase == .ending else { return }
        answers.write(to: &reception.scratch, dateLine: reception.dateLine)
        guard !reception.scratch.isEmpty else { return }
        switch socket?.send(reception.scratch) {
        case .octets(let count):
            if count < reception.scratch.count {
                output = Array(reception.scratch[count...])
                outputStart = 0
                deadlines.expectWriting(from: reception.loop.now, reception.patience)
            }
            reception.clearScratch()
        case .failed, nil:
            reception.clearScratch()
            close()
        }
    }

    /// The kernel has room again.
    private func sendRest() {
        guard !output.isEmpty else { return }
        switch socket?.send(output, from: outputStart) {
        case .octets(let count):
            outputStart += count
            if outputStart == output.count {
                output = []
                deadlines.stopWriting()
                advance()
            } else if count > 0 {
                deadlines.expectWriting(from: reception.loop.now, reception.patience)
            }
        case .failed, nil:
            close()
        }
    }

    // MARK: What next

    /// Brings deadlines, interest and phase in line with what is left to do.
    private func settle() {
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
    }

    private func updateWaiting() {
        let next: Deadlines.Waiting
        if phase == .draining {
            next = .drain
        } else if phase != .open || !backlog.isEmpty || peerHasEnded {
            next = .nothing
        } else if reader.isInBody {
            next = .body
        } else if !reader.isIdle {
            next = .header
        } else {
            next = answers.isEmpty ? .idle : .nothing
        }
        deadlines.wait(for: next, from: reception.loop.now, reception.patience)
    }

    private func updateInterest() {
        let reads = phase == .draining || (!peerHasEnded && backlog.isEmpty && mayRead)
        let wanted = Readiness(readable: reads, writable: !output.isEmpty)
        guard wanted != interest, let token else { return }
        interest = wanted
        reception.loop.rewatch(token, for: wanted)
    }
}
