import Insight
import Referrals
import Storage
import TestSupport
import Testing

@Suite struct RederivationTests {
    private func rederivation(_ scratch: Scratch) throws -> Rederivation {
        try Rederivation(
            scratch.store, campaign: { scratch.campaign($0, version: $1) },
            source: { scratch.source($0, version: $1) })
    }

    @Test func `explaining again gives the decision that is stored`() throws {
        let scratch = try AuditedLife.scratch()
        let rederivation = try rederivation(scratch)
        var traced = 0
        for number in 1...22 {
            let row = try #require(try scratch.store.events.find(ID(Int64(number))))
            guard case .qualification(let retrial) = try rederivation.rederive(row).content else {
                continue
            }
            traced += 1
            let (decision, trace) = retrial.explain()
            #expect(decision == retrial.decide())
            #expect(decision.outcome == row.outcome)
            #expect(decision.reasons == row.reasons)
            #expect(!trace.checks.isEmpty)
        }
        #expect(traced == 16)
    }

    @Test func `a condition's trace shows how its parts came out`() throws {
        let scratch = try AuditedLife.scratch()
        let row = try #require(try scratch.store.events.find(ID(17)))
        guard
            case .qualification(let retrial) = try rederivation(scratch).rederive(row).content
        else {
            Issue.record("not derived")
            return
        }
        let check = try #require(retrial.explain().trace.checks.first { $0.subject == .condition })
        let detail = String(decoding: check.detail ?? [], as: UTF8.self)
        #expect(detail.contains(#""path":"event.amount","value":"500""#))
    }

    /// Every byte of the facts changed in several ways, and the facts cut at every byte: whatever is read of
    /// them, nothing traps.
    @Test(arguments: [1, 3, 9, 10, 18, 20])
    func `damaged facts bring nothing down`(_ event: Int64) throws {
        let scratch = try AuditedLife.scratch()
        let rederivation = try rederivation(scratch)
        var row = try #require(try scratch.store.events.find(ID(event)))
        let facts = try #require(row.facts).bytes
        var variants = facts.indices.map { Array(facts[..<$0]) }
        for index in facts.indices {
            for mask: UInt8 in [0x01, 0x10, 0x40, 0x80, 0xFF] {
                var variant = facts
                variant[index] ^= mask
                variants.append(variant)
            }
            variants.append(
                facts[..<index] + [UInt8](repeating: 0xFF, count: 9) + [0x01] + facts[index...])
        }
        for variant in variants {
            row.facts = FactsRecord(bytes: variant)
            if case .qualification(let retrial) = try rederivation.rederive(row).content {
                #expect(retrial.decide() == retrial.explain().decision)
            }
        }
    }
}
