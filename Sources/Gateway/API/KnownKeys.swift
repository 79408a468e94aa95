import HTTP
import Synchronization

/// Whose question a request is, before its key has been looked up: keys that were found lately are known by
/// what they were sent as.
///
/// Only fairness hangs on this: each key is still looked up for each request.
final class KnownKeys: Sendable {
    private static let most = 10_000

    /// Numbers of keys by a hash of their text, which differs from process to process.
    private let numbers = Mutex<[Int: Int64]>([:])

    func client(of request: Request) -> ReadThread.Client {
        guard let hash = Self.hash(request) else { return .strangers }
        return numbers.withLock { $0[hash] }.map { .key($0) } ?? .strangers
    }

    func remember(_ request: Request, _ key: Int64) {
        guard let hash = Self.hash(request) else { return }
        numbers.withLock { numbers in
            if numbers.count >= Self.most { numbers.removeAll() }
            numbers[hash] = key
        }
    }

    private static func hash(_ request: Request) -> Int? {
        let value = request.fields.first("x-api-key") ?? request.fields.first("authorization")
        return value.map { Array($0).hashValue }
    }
}
