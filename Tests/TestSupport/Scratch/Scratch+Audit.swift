import Insight
import Storage
import Time

extension Scratch {
    /// Runs the audit over the store.
    package func audit(
        _ store: Store? = nil, at now: Instant? = nil, findingLimit: Int = 1_000
    ) throws -> AuditReport {
        try Audit(
            store ?? self.store, now: now ?? self.now, findingLimit: findingLimit,
            campaign: { [unowned self] in campaign($0, version: $1) },
            source: { [unowned self] in source($0, version: $1) }
        ).run()
    }
}
