import HTTP
import Sockets
import TLS

/// A client's connection: one call at a time over a socket, encrypted or not.
final class CallConnection: Watcher {
    private enum Phase { case connecting, handshake, exchange, idle, closed }

    let place: HTTPClient.Place
    var idleSince = MonotonicTime.never
    private unowned let client: HTTPClient
    private var socket: Socket?
    private var token: Loop.Token?
    private var session: ClientSession?
    private var phase = Phase.connecting
    private var call: Call?
    private var reader = ResponseReader()
    /// True for a kept connection, which the peer may have closed at the same time.
    private var wasKept = false
    private var startedAt = MonotonicTime.never
    private var output: [UInt8] = []
    private var outputStart = 0
    private var interest = Readiness.writable

    init(_ socket: consuming Socket, to place: HTTPClient.Place, of client: HTTPClient) {
        self.socket = consume socket
        self.place = place
        self.client = client
        client.connections += 1
    }

    /// Waits for the connection to be established, for its first call.
    func open(for call: Call) throws(SystemError) {
        guard let number = socket?.number else { return }
        do throws(SystemError) {
            token = try client.loop.watch(number, for: .writable, self)
        } catch {
            close()
            throw error
        }
        self.call = call
        call.connection = self
    }

    /// Starts another call on a kept connection. Returns false if it is no longer usable; it is
    /// closed then.
    func start(_ call: Call) -> Bool {
        precondition(phase == .idle, "one call at a time")
        switch unread() {
        case .nothing: break
        case .unasked:
            close()
            client.distrust(place)
            return false
        case .over:
            close()
            return false
        }
        self.call = call
        call.connection = self
        wasKept = true
        startedAt = client.loop.now
        exchange()
        return true
    }

    func close() {
        guard phase != .closed else { return }
        phase = .closed
        client.connections -= 1
        if let token { client.loop.unwatch(token) }
        token = nil
        socket = nil
        session = nil
        call = nil
        output = []
    }

    // MARK: Events

    func ready(_ readiness: Readiness) {
        call?.hasStarted = true
        switch phase {
        case .connecting: connected()
        case .handshake, .exchange:
            if readiness.isWritable { sendRest() }
            if readiness.isReadable || readiness.hasFailed, phase != .closed { receive() }
        case .idle:
            // Input on an idle connection was not requested.
            client.forget(self)
            let unread = unread()
            close()
            if case .unasked = unread { client.distrust(place) }
        case .closed: break
        }
    }

    func connectingTakesTooLong() {
        guard phase == .connecting, let call else { return }
        abandon(call)
        client.connectToNext(call, after: .timeout(.connecting))
    }

    private func connected() {
        guard let call else { return }
        if let error = socket?.connectionError() {
            abandon(call)
            return client.connectToNext(call, after: CallFailure(error, at: .connecting))
        }
        do throws(TLSError) {
            session = try client.session(for: place)
        } catch {
            return fail(CallFailure(error))
        }
        guard session != nil else {
            switch unread() {
            case .nothing: exchange()
            case .unasked: fail(.malformed(.unasked))
            case .over(let failure): fail(failure)
            }
            return
        }
        phase = .handshake
        call.stage = .handshake
        handshake()
    }

    /// Detaches the call without an outcome.
    private func abandon(_ call: Call) {
        call.connection = nil
        close()
    }

    private func fail(_ failure: CallFailure) {
        guard let call else { return close() }
        if isStale(failure) {
            abandon(call)
            client.connect(call)
        } else {
            client.finish(call, .failure(failure))
        }
    }

    /// True if a kept connection was closed by the peer while idle; the peer has not processed the
    /// request then. The call gets a new connection, as if it had had its own. A peer that closes
    /// later, or has begun to answer, has received the request.
    private func isStale(_ failure: CallFailure) -> Bool {
        guard wasKept, !reader.hasStarted, client.loop.now - startedAt < .seconds(1) else {
            return false
        }
        switch failure {
        case .reset, .closed(.incomplete(hasStarted: false)): return true
        default: return false
        }
    }

    // MARK: TLS

    private func handshake() {
        guard let session else { return }
        do throws(TLSError) {
            let progress = try session.handshake()
            send(session.takeOutput())
            guard phase == .handshake else { return }
            switch progress {
            case .done: exchange()
            case .needsMore: updateInterest()
            case .ended: fail(.tls(.handshake(reason: "the peer closed the session")))
            }
        } catch {
            // The alert gives the peer the reason.
            send(session.takeOutput())
            fail(CallFailure(error))
        }
    }

    // MARK: Sending

    private func exchange() {
        guard let call else { return }
        phase = .exchange
        call.stage = .sending
        reader = ResponseReader(limits: client.limits.response)
        if let session {
            do throws(TLSError) { try session.write(call.request) } catch {
                return fail(CallFailure(error))
            }
            send(session.takeOutput())
        } else {
            send(call.request)
        }
        if phase == .exchange, output.isEmpty { call.stage = .waiting }
        if phase != .closed { updateInterest() }
    }

    private func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if !output.isEmpty {
            output.append(contentsOf: bytes)
            return
        }
        switch socket?.send(bytes) {
        case .bytes(let count):
            if count < bytes.count {
                output = bytes
                outputStart = count
            }
        case .failed, nil:
            // The peer accepts no more; it may have sent the reason before.
            receive()
        }
    }

    private func sendRest() {
        guard !output.isEmpty else { return updateInterest() }
        switch socket?.send(output, from: outputStart) {
        case .bytes(let count):
            outputStart += count
            guard outputStart == output.count else { return }
            output = []
            outputStart = 0
            if phase == .exchange { call?.stage = .waiting }
            updateInterest()
        case .failed, nil:
            receive()
        }
    }

    private func updateInterest() {
        let wanted = Readiness(readable: true, writable: !output.isEmpty)
        guard wanted != interest, let token else { return }
        interest = wanted
        client.loop.rewatch(token, for: wanted)
    }

    // MARK: Receiving

    private func receive() {
        var input: [UInt8] = []
        swap(&input, &client.input)
        // A nested read, caused by a failed send, has no buffer to read into.
        guard !input.isEmpty else { return }
        defer { swap(&input, &client.input) }
        guard let received = socket?.receive(into: &input) else { return }
        switch received {
        case .bytes(let count): take(input.span.extracting(0..<count))
        case .end: ended()
        case .wouldBlock: break
        case .failed(let number):
            fail(CallFailure(SystemError(.recv, number), at: call?.stage ?? .waiting))
        }
    }

    private func take(_ bytes: Span<UInt8>) {
        guard let session else { return read(bytes, mayBeKept: true) }
        let wasInHandshake = phase == .handshake
        do throws(TLSError) {
            try session.feed(bytes)
            if wasInHandshake {
                handshake()
                guard phase == .exchange else { return }
            }
            var plain: [UInt8] = []
            let progress = try session.read(into: &plain)
            send(session.takeOutput())
            if wasInHandshake, !plain.isEmpty, phase == .exchange {
                return fail(.malformed(.unasked))
            }
            if !plain.isEmpty, phase == .exchange {
                read(plain.span, mayBeKept: progress != .ended && !session.hasUnread)
            }
            if progress == .ended, phase == .exchange { ended() }
        } catch {
            fail(CallFailure(error))
        }
    }

    /// - Parameter mayBeKept: true if nothing followed these bytes.
    private func read(_ bytes: Span<UInt8>, mayBeKept: Bool) {
        guard phase == .exchange, let call else { return }
        call.stage = .reading
        var position = 0
        do throws(ResponseError) {
            switch try reader.read(bytes, from: &position) {
            case .needsMore: return
            case .complete(let response):
                let isLast = position == bytes.count || response.isCut
                if !isLast { client.distrust(place) }
                guard isAnswer(response) else {
                    client.distrust(place)
                    return fail(.malformed(.unasked))
                }
                finish(response, isClean: isLast && mayBeKept && output.isEmpty)
            }
        } catch {
            fail(CallFailure(error))
        }
    }

    /// False for a success over a kept connection that arrives before the peer has received the
    /// request: it answers something else.
    private func isAnswer(_ response: ReceivedResponse) -> Bool {
        guard wasKept, response.status.isSuccess else { return true }
        return output.isEmpty && socket?.isAcknowledged() ?? false
    }

    /// The unread input of a connection before a request is sent over it.
    private enum Unread {
        case nothing
        /// The peer has sent data that cannot be a response.
        case unasked
        case over(CallFailure)
    }

    private func unread() -> Unread {
        var input: [UInt8] = []
        swap(&input, &client.probe)
        defer { swap(&input, &client.probe) }
        guard let received = socket?.receive(into: &input) else { return .over(.reset) }
        let ended = CallFailure.closed(.incomplete(hasStarted: false))
        switch received {
        case .wouldBlock: return .nothing
        case .end: return .over(ended)
        case .failed(let number):
            return .over(CallFailure(SystemError(.recv, number), at: .waiting))
        case .bytes(let count):
            guard let session else { return .unasked }
            var plain: [UInt8] = []
            do throws(TLSError) {
                try session.feed(input.span.extracting(0..<count))
                _ = try session.read(into: &plain)
            } catch {
                return .over(CallFailure(error))
            }
            // Records without content are not responses: a closure alert, or a new key. The
            // connection is not worth finding out what follows.
            return plain.isEmpty ? .over(ended) : .unasked
        }
    }

    private func ended() {
        guard phase == .exchange else {
            return fail(.tls(.handshake(reason: "the peer closed the connection")))
        }
        do throws(ResponseError) {
            finish(try reader.end(), isClean: false)
        } catch {
            fail(CallFailure(error))
        }
    }

    private func finish(_ response: ReceivedResponse, isClean: Bool) {
        guard let call else { return }
        call.connection = nil
        self.call = nil
        // A receiver in trouble is the one that sends two responses, from a proxy and from the
        // server behind it.
        if isClean, response.keepsAlive, response.status.isSuccess {
            phase = .idle
            updateInterest()
            client.keep(self)
        } else {
            close()
        }
        client.finish(call, .success(response))
    }
}
