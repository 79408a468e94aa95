import Sockets
import Synchronization

/// Sends posts concurrently: each connection has a thread, and no thread sends before all are
/// connected.
final class Crowd: Sendable {
    struct Post: Sendable {
        var path: String
        var message: PartnerMessage
    }

    private struct State {
        var next = 0
        var answers: [Int: GatewayResponse] = [:]
        var failure: (any Error)?
        var connecting: Int
    }

    private let posts: [Post]
    private let host: String
    private let port: UInt16
    private let state = Mutex(State(connecting: 0))
    private let gate = Latch()

    init(_ posts: [Post], host: String = "127.0.0.1", port: UInt16) {
        self.posts = posts
        self.host = host
        self.port = port
    }

    func run(_ count: Int) throws -> [GatewayResponse] {
        let count = max(1, min(count, posts.count))
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
                fail(error)
                connected()
                done.open()
            }
        }
        for done in dones { done.wait() }
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            return posts.indices.compactMap { state.answers[$0] }
        }
    }

    private func work() {
        let caller = BlockingHTTPClient(host: host, port: port)
        do throws(BlockingHTTPClient.Failure) {
            try caller.connect()
            connected()
            gate.wait()
            while let index = take() {
                let post = posts[index]
                let answer = try caller.request(
                    "POST", post.path, post.message.fields, body: post.message.body)
                state.withLock { $0.answers[index] = answer }
            }
        } catch {
            fail(error)
            connected()
        }
    }

    /// Counts a connection; the last one releases all threads. A failed connection counts, too.
    private func connected() {
        let isLast = state.withLock { state in
            state.connecting -= 1
            return state.connecting <= 0
        }
        if isLast { gate.open() }
    }

    private func fail(_ failure: any Error) { state.withLock { $0.failure = failure } }

    private func take() -> Int? {
        state.withLock { state in
            guard state.failure == nil, state.next < posts.count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
