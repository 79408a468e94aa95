import Insight
import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct AuditTests {
    @Test func `a gateway that has seen everything breaks no promise`() throws {
        let report = try AuditedLife.scratch().audit()
        #expect(report.findings == [])
        #expect(report.violations == 0)
    }

    @Test func `what there is is counted`() throws {
        let report = try AuditedLife.scratch().audit()
        #expect(report.events == 22)
        #expect(report.conversions == 10)
        #expect(report.rewards == 11)
        #expect(report.couponsAssigned == 3)
        #expect(report.notDerivable == 0)
    }

    @Test(arguments: Damage.all)
    func `what somebody damaged is reported`(_ damage: Damage) throws {
        let scratch = try AuditedLife.scratch()
        try scratch.execute(damage.sql)
        try scratch.execute("DELETE FROM rare_states")
        try scratch.execute(RareStates.entries)
        let report = try scratch.audit()
        #expect(report.findings == damage.sentences)
        #expect(report.violations == damage.sentences.count)
    }

    @Test(arguments: [
        (
            "DELETE FROM rare_states WHERE list = 'events' AND number = 9",
            "A search does not find events 9, which is rejected."
        ),
        (
            "INSERT INTO rare_states(list, owner, state, number) VALUES ('coupons', 1, 'voided', 1)",
            "A search finds coupons 1 as voided, which it is not."
        ),
    ])
    func `an entry for a search that differs from its row is reported`(
        _ sql: String, _ sentence: String
    ) throws {
        let scratch = try AuditedLife.scratch()
        try scratch.execute(sql)
        #expect(try scratch.audit().findings == [sentence])
    }

    @Test func `an event whose body was erased can't be decided again, and breaks no promise`()
        throws
    {
        let scratch = try AuditedLife.scratch()
        try scratch.execute("UPDATE events SET body = NULL WHERE id IN (1, 7, 12)")
        let report = try scratch.audit()
        #expect(report.findings == [])
        #expect(report.notDerivable == 3)
    }

    @Test func `what a version nobody can read decided can't be derived, and why is said once`()
        throws
    {
        struct Unreadable: Error {}
        let scratch = try AuditedLife.scratch()
        let report = try Audit(
            scratch.store, now: scratch.now,
            campaign: { id, version in
                if id == ID(2) { throw Unreadable() }
                return scratch.campaign(id, version: version)
            },
            source: { scratch.source($0, version: $1) }
        ).run()
        #expect(report.findings == [])
        #expect(report.notDerivable == 5)
        #expect(report.remarks.contains("Version 1 of campaign 2 cannot be read: Unreadable()."))
    }

    @Test func `no more findings are kept than asked for, and all are counted`() throws {
        let scratch = try AuditedLife.scratch()
        try scratch.execute("UPDATE deliveries SET status = 'odd'")
        let report = try scratch.audit(findingLimit: 3)
        #expect(report.findings.count == 3)
        #expect(report.violations > 3)
        #expect(report.description.contains("… and \(report.violations - 3) more."))
    }

    @Test func `an audit needs no more than to read, while the gateway writes`() throws {
        let scratch = try AuditedLife.scratch()
        let reader = try Store.open(scratch.path, for: .reader)
        try scratch.transaction {
            try scratch.execute("UPDATE events SET outcome = 'held' WHERE id = 1")
            // Not committed yet, so not seen.
            #expect(try scratch.audit(reader).findings == [])
        }
        #expect(try scratch.audit(reader).violations == 1)
    }

    @Test func `the report as JSON is the contract's, member by member`() throws {
        let scratch = try Scratch()
        try scratch.addCoupons(1)
        try scratch.enrol(referrer: "ANNA", leads: ["BOB"])
        try scratch.post(PartnerMessage(id: "1", code: "BOB"))
        try scratch.execute("UPDATE events SET outcome = 'held'")
        let json = String(decoding: try scratch.audit().json, as: UTF8.self)
        #expect(
            json
                == #"{"events":1,"conversions":1,"rewards":1,"coupons_assigned":1,"not_derivable":0,"#
                + #""violations":1,"findings":["Event 1 is stored as held, but its stored facts lead to"#
                + #" rewarded."]}"#)
    }

    @Test func `the report as text names counts, findings and remarks`() throws {
        var report = AuditReport()
        report.events = 3
        report.violations = 1
        report.findings = ["Something is wrong."]
        report.remarks = ["Something is due."]
        #expect(
            report.description == """
                events            3
                conversions       0
                rewards           0
                coupons assigned  0
                not derivable     0
                violations        1

                Something is wrong.

                No violations, but worth knowing:
                Something is due.

                """)
    }
}
