import Inbound
import JSON
import Referrals
import Storage
import TestSupport
import Testing
import Time

extension Scratch {
    func audit(at now: Instant? = nil, findingLimit: Int = 1_000) throws -> AuditReport {
        try Audit(
            store, now: now ?? self.now, findingLimit: findingLimit,
            campaign: { [unowned self] in campaign($0, version: $1) },
            source: { [unowned self] in source($0, version: $1) }
        ).run()
    }
}

@Suite struct AuditTests {
    @Test func `a gateway that has seen everything breaks no promise`() throws {
        let scratch = try AuditedLife.scratch()
        let report = try scratch.audit()
        #expect(report.findings == [])
        #expect(report.violations == 0)
        print(report)
        for id in 1...22 {
            print(
                try scratch.store.events.find(ID(Int64(id))).map {
                    "\($0.id.number) \($0.outcome) \($0.reasons.map(\.text)) \(String(describing: $0.conversion))"
                } ?? "-")
        }
    }
}
