import Database
import HTTP
import Referrals
import Storage
import Synchronization
import Time
import Transport

/// The keys that were valid at their last lookup, by hash: the loop's knowledge of keys without the
/// database.
///
/// Only the reader decides on a key's validity. This set decides for which requests a body is read,
/// which requests may take the reader's time, and in whose queue they wait.
package final class KnownKeys: Sendable {
    /// A request whose key is being looked up.
    struct Waiter: Sendable {
        let head: Request
        let deferral: Deferral
    }

    /// The result for a request with an unknown key.
    enum Joined {
        /// The request must start the lookup of its key.
        case first
        /// The running lookup serves this request too.
        case other
        /// Too many unknown keys are being looked up.
        case refused
    }

    /// The largest number of unknown keys that are looked up at once. A flood of invented keys must
    /// not fill the queue in which new keys wait.
    private static let mostLookups = 16

    private struct State {
        var numbers: [[UInt8]: ID<Referrals.Key>] = [:]
        /// The stamp of the stored keys when they were last read.
        var stamp: [UInt8]?
        var lookups: [[UInt8]: [Waiter]] = [:]
    }

    private let state = Mutex(State())

    /// No key is known yet.
    package init() {}

    func contains(_ hash: [UInt8]) -> Bool { state.withLock { $0.numbers[hash] != nil } }

    /// The client in whose queue requests with a key wait.
    func client(_ hash: [UInt8]) -> ReadThread.Client {
        state.withLock { $0.numbers[hash] }.map { .key($0) } ?? .strangers
    }

    func insert(_ hash: [UInt8], _ number: ID<Referrals.Key>) {
        state.withLock { $0.numbers[hash] = number }
    }

    func remove(_ hash: [UInt8]) { state.withLock { $0.numbers[hash] = nil } }

    /// Reads the stored keys if they have changed since the last reading.
    package func read(_ store: Store, at now: Instant) throws(StorageError) {
        let stamp = try store.catalog.stamp(of: .keys)
        guard state.withLock({ $0.stamp != stamp }) else { return }
        let numbers = try store.keys.validNumbers(at: now)
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

    /// Ends a lookup. Returns the requests that waited for it.
    func endLookup(of hash: [UInt8]) -> [Waiter] {
        state.withLock { $0.lookups.removeValue(forKey: hash) ?? [] }
    }
}
