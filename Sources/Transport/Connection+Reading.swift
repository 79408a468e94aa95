import HTTP
import Sockets

extension Connection {
    /// True if input may be parsed: responses are still accepted, and either there is room for
    /// another request, or the body of a request that already has its place is to be read.
    var mayRead: Bool {
        phase == .open && output.isEmpty && !isDeciding
            && (answers.count < serverLoop.limits.maxPipelined || reader.isInBody)
    }

    func receive() {
        var input = serverLoop.takeInput()
        defer { serverLoop.putBack(&input) }
        guard let received = socket?.receive(into: &input) else { return }
        switch received {
        case .bytes(let count):
            if phase == .draining {
                drained += count
                if drained > serverLoop.limits.maxDrained { close() }
            } else {
                process(input.span.extracting(0..<count))
                settle()
            }
        case .end:
            peerHasEnded = true
            inputHasEnded()
        case .wouldBlock:
            break
        case .failed:
            close()
        }
    }

    /// Handles the end of the client's input. An unfinished request stays unfinished, and nothing
    /// more is waited for.
    private func inputHasEnded() {
        if phase == .draining {
            close()
            return
        }
        if phase == .open, backlog.isEmpty, !reader.isIdle, !isDeciding {
            refuse(.incompleteRequest)
            flush()
        }
        settle()
    }

    /// Parses all of the input, or keeps the rest for later.
    func process(_ input: Span<UInt8>) {
        isBusy = true
        var position = 0
        repeat {
            consume(input, from: &position)
            flush()
            // Requests answered at once have made room for more.
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
                    try decide()
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

    /// A head is complete: decides if its body is read.
    private func decide() throws(RequestError) {
        let head = reader.request
        let closes = !head.keepAlive || serverLoop.isStopping
        let ordinal = answers.open(
            AnswerFraming(
                omitsBody: head.method == .head, closes: closes,
                saysKeepAlive: head.version == .http10))
        current = ordinal
        switch serverLoop.admit(head, from: self) {
        case .later:
            isDeciding = true
            deadlines.expectAnswer(from: serverLoop.loop.now, serverLoop.patience)
            serverLoop.decide(on: head, Deferral(connection: self, ordinal: ordinal))
        case let admission:
            try follow(admission, head, ordinal)
        }
    }

    /// Continues with the current head, for which the handler needed time to decide.
    func decided(_ admission: Admission, for ordinal: UInt32) {
        guard phase == .open, isDeciding, current == ordinal else { return }
        isDeciding = false
        deadlines.answered(isLast: withHandler == 0, at: serverLoop.loop.now, serverLoop.patience)
        do throws(RequestError) {
            try follow(admission, reader.request, ordinal)
        } catch {
            refuse(error)
        }
        advance()
    }

    private func follow(
        _ admission: Admission, _ head: Request, _ ordinal: UInt32
    ) throws(RequestError) {
        switch admission {
        case .accept where head.announcesBody && head.method.ignoresBody:
            current = nil
            let staysOpen = reader.skip(upTo: serverLoop.limits.maxDiscarded)
            handOver(head, as: ordinal)
            if !staysOpen { endAfterLast() }
        case .accept(let maxBody):
            try reader.accept(maxBody: maxBody)
            if reader.expectsContinue, !head.bodyHasBegun { answers.askContinue(ordinal) }
        case .answer(var response):
            current = nil
            serverLoop.willAnswer(&response, toHead: head)
            let staysOpen = reader.skip(upTo: serverLoop.limits.maxDiscarded)
            _ = answers.answer(ordinal, with: response, closing: !staysOpen)
            if !staysOpen { phase = .ending }
        case .later:
            preconditionFailure("a decision is put off once")
        }
    }

    private func handOver(_ request: consuming Request) {
        guard let ordinal = current else { return }
        current = nil
        answers.forgetContinue(ordinal)
        let keepAlive = request.keepAlive
        handOver(request, as: ordinal)
        if !keepAlive || serverLoop.isStopping { endAfterLast() }
    }

    private func handOver(_ request: consuming Request, as ordinal: UInt32) {
        // Its bytes are counted as unfinished until now; from here on they belong to the handler.
        if held.input > 0 { countHeld() }
        let reply = Reply(
            connection: self, ordinal: ordinal, size: UInt32(clamping: request.size))
        guard serverLoop.take(reply) else {
            _ = answers.answer(
                ordinal, with: serverLoop.answer(with: .tooMuchBuffered, to: request))
            return
        }
        withHandler += 1
        deadlines.expectAnswer(from: serverLoop.loop.now, serverLoop.patience)
        serverLoop.handle(request, reply: reply)
    }

    /// Stops reading: the response to the last request closes the connection.
    private func endAfterLast() {
        answers.closeAfterLast()
        phase = .ending
    }

    /// Refuses a request that cannot be served. The start of the next one is unknown, so the
    /// connection closes.
    func refuse(_ error: RequestError) {
        let skipped = reader.isSkippingBody
        let head = current == nil ? nil : reader.request
        reader.abandon()
        backlog = []
        isDeciding = false
        let ordinal: UInt32
        if let current {
            ordinal = current
        } else if skipped {
            endAfterLast()
            return
        } else {
            ordinal = answers.open(AnswerFraming())
        }
        current = nil
        _ = answers.answer(
            ordinal, with: serverLoop.answer(with: error, to: head), closing: true)
        phase = .ending
    }

    func readTooLate() {
        switch deadlines.waiting {
        case .header: refuse(.headerTimeout)
        case .body: refuse(.bodyTimeout)
        case .idle, .drain, .nothing:
            close()
            return
        }
        advance()
    }

    /// Refuses requests that the handler has not answered in time: the client should try again, and
    /// the connection closes.
    func answerTooLate() {
        let beingRead = current
        current = nil
        isDeciding = false
        reader.abandon()
        backlog = []
        let unanswered = answers.answerAll { serverLoop.answer(with: .answerTimeout, to: nil) }
        for ordinal in unanswered where ordinal != beingRead {
            abandoned.insert(ordinal)
        }
        deadlines.answered(isLast: true, at: serverLoop.loop.now, serverLoop.patience)
        phase = .ending
        advance()
    }
}

extension Method {
    fileprivate var ignoresBody: Bool { self == .get || self == .head }
}
