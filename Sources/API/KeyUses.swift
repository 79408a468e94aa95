import Referrals
import Synchronization
import Time

/// The times at which uses of keys were last stored and reported, so that both happen at most once
/// a minute for each key.
final class KeyUses: Sendable {
    private struct State {
        var stored: [ID<Referrals.Key>: Instant] = [:]
        var reported: [ID<Referrals.Key>: Instant] = [:]
    }

    private static let pause = Duration.seconds(60)
    private let state = Mutex(State())

    /// True if the use of a key at this time is to be stored.
    func mustStore(_ key: ID<Referrals.Key>, at now: Instant) -> Bool {
        state.withLock { Self.isDue(key, &$0.stored, now) }
    }

    /// True if the use of a secret key by a browser is to be reported.
    func mustReport(_ key: ID<Referrals.Key>, at now: Instant) -> Bool {
        state.withLock { Self.isDue(key, &$0.reported, now) }
    }

    private static func isDue(
        _ key: ID<Referrals.Key>, _ times: inout [ID<Referrals.Key>: Instant], _ now: Instant
    ) -> Bool {
        // A clock that was set back must not silence a key.
        if let last = times[key], last <= now, now < last + pause { return false }
        times[key] = now
        return true
    }
}
