import Sockets
import Synchronization

/// Many posts at once: each connection has a thread, and none begins before all are connected.
final class Crowd: Sendable {
    private struct State {
        var next = 0
        var answers: [Int: Answer] = [:]
        var failure: Stage.Failure?
        var connecting: Int
    }

    private let messages: [PartnerMessage]
    private let path: String
    private let host: String
    private let port: UInt16
    private let state = Mutex(State(connecting: 0))
    private let gate = Latch()

    init(
        _ messages: [PartnerMessage], path: String, host: String = "127.0.0.1", port: UInt16
    ) {
        self.messages = messages
        self.path = path
        self.host = host
        self.port = port
    }

    func run(_ count: Int) throws(Stage.Failure) -> [Answer] {
        let count = max(1, min(count, messages.count))
        state.withLock { $0.connecting = count }
        let dones = (0..<count).map { _ in Latch() }
        for done in dones {
            do throws(SystemError) {
                let thread = try Thread(name: "partner") { [self] in
                    work()
                    done.open()
                }
                thread.detach()
            } catch {
                fail(.thread(error))
                connected()
                done.open()
            }
        }
        for done in dones { done.wait() }
        return try state.withLock { state throws(Stage.Failure) in
            if let failure = state.failure { throw failure }
            return messages.indices.compactMap { state.answers[$0] }
        }
    }

    private func work() {
        let caller = Caller(host: host, port: port)
        do throws(Caller.Failure) {
            try caller.connect()
            connected()
            gate.wait()
            while let index = take() {
                let message = messages[index]
                let answer = try caller.request(
                    "POST", path, message.fields, body: message.body)
                state.withLock { $0.answers[index] = answer }
            }
        } catch {
            fail(.call(error))
            connected()
        }
    }

    /// The last one to connect lets everybody go; whoever failed counts, too.
    private func connected() {
        let isLast = state.withLock { state in
            state.connecting -= 1
            return state.connecting <= 0
        }
        if isLast { gate.open() }
    }

    private func fail(_ failure: Stage.Failure) { state.withLock { $0.failure = failure } }

    private func take() -> Int? {
        state.withLock { state in
            guard state.failure == nil, state.next < messages.count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
