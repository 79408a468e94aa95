import Sockets
import Synchronization

/// Lets a few lines of each kind through at once and one more each second, and counts the rest.
final class LogSampler: Sendable {
    fileprivate struct Kind {
        /// Lines that may be written now, as of `at`.
        var allowance: Double
        var at: MonotonicTime
        var unlogged = 0
    }

    /// Lines of one kind that may be written at once.
    static let burst = 10
    /// Kinds that are remembered. Those beyond share one allowance.
    private static let mostKinds = 1024

    private let kinds = Mutex<[String: Kind]>([:])

    /// How many lines of this kind were not written since the last one that was; nil where this one is not
    /// to be written either.
    func take(_ name: String, at now: MonotonicTime = .now()) -> Int? {
        kinds.withLock { kinds in
            var name = name
            if kinds[name] == nil, kinds.count >= Self.mostKinds {
                kinds = kinds.filter { $0.value.isWorthKeeping(at: now) }
                if kinds.count >= Self.mostKinds { name = "" }
            }
            var kind = kinds[name] ?? Kind(allowance: Double(Self.burst), at: now)
            defer { kinds[name] = kind }
            kind.refill(at: now)
            guard kind.allowance >= 1 else {
                kind.unlogged += 1
                return nil
            }
            kind.allowance -= 1
            defer { kind.unlogged = 0 }
            return kind.unlogged
        }
    }
}

extension LogSampler.Kind {
    fileprivate mutating func refill(at now: MonotonicTime) {
        allowance = min(Double(LogSampler.burst), allowance + (now - at) / .seconds(1))
        at = now
    }

    fileprivate func isWorthKeeping(at now: MonotonicTime) -> Bool {
        allowance + (now - at) / .seconds(1) < Double(LogSampler.burst)
    }
}
