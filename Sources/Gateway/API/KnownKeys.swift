import Database
import HTTP
import Storage
import Synchronization
import Transport

/// The keys that were valid when they were last looked up, by hash: what the loop knows of keys without
/// the database.
///
/// Only the reader decides whose key it is. This says for which requests a body is read, which of them
/// are worth the reader's time, and in whose queue they wait.
final class KnownKeys: Sendable {
    /// A request whose key is being looked up.
    struct Waiter: Sendable {
        let head: Request
        let deferral: Deferral
    }

    /// What became of a request with an unknown key.
    enum Joined {
        /// Its key is to be looked up.
        case first
        /// The look-up that runs is for it too.
        case other
        /// Too many unknown keys are being looked up.
        case refused
    }

    /// Unknown keys that are looked up at once. A flood of invented keys must not fill the queue in which
    /// new keys wait.
    private static let mostLookups = 16

    private struct State {
        var numbers: [[UInt8]: Int64] = [:]
        /// What the stored keys were marked with when they were read last.
        var stamp: [UInt8]?
        var lookups: [[UInt8]: [Waiter]] = [:]
    }

    private let state = Mutex(State())

    func contains(_ hash: [UInt8]) -> Bool { state.withLock { $0.numbers[hash] != nil } }

    /// In whose queue the bearer of a key waits.
    func client(_ hash: [UInt8]) -> ReadThread.Client {
        state.withLock { $0.numbers[hash] }.map { .key($0) } ?? .strangers
    }

    func insert(_ hash: [UInt8], _ number: Int64) {
        state.withLock { $0.numbers[hash] = number }
    }

    func remove(_ hash: [UInt8]) { state.withLock { $0.numbers[hash] = nil } }

    /// Reads the stored keys, unless they are as they were when they were read last.
    func read(_ store: Store) throws(StorageError) {
        let stamp = try store.catalog.stamp(of: .keys)
        guard state.withLock({ $0.stamp != stamp }) else { return }
        let numbers = try store.keys.validNumbers()
        state.withLock {
            $0.numbers = numbers
            $0.stamp = stamp
        }
    }

    func join(_ waiter: Waiter, for hash: [UInt8]) -> Joined {
        state.withLock { state in
            if state.lookups[hash] != nil {
                state.lookups[hash]?.append(waiter)
                return .other
            }
            guard state.lookups.count < Self.mostLookups else { return .refused }
            state.lookups[hash] = [waiter]
            return .first
        }
    }

    /// The look-up is over; those who waited for it are decided on now.
    func endLookup(of hash: [UInt8]) -> [Waiter] {
        state.withLock { $0.lookups.removeValue(forKey: hash) ?? [] }
    }
}
