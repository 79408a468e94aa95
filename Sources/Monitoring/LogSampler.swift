import Sockets
import Synchronization

/// A rate limit per kind of log line: a few lines at once and one more each second, with a count of
/// the others.
final class LogSampler: Sendable {
    fileprivate struct Kind {
        /// The lines that may be written now, as of `at`.
        var allowance: Double
        var at: MonotonicTime
        var unlogged = 0
    }

    /// The number of lines of one kind that may be written at once.
    static let burst = 10
    /// The number of kinds with an allowance of their own. Those beyond share one.
    private static let mostKinds = 1024

    private let kinds = Mutex<[String: Kind]>([:])

    /// The number of lines of this kind that were suppressed since the last one; nil if this one is
    /// suppressed too.
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
