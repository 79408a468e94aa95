import Database
import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct ParticipantTableTests {
    @Test(arguments: Engines.available)
    func `every column of a participant comes back`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let referrer = try scene.enrol("REF")
        var row = scene.person("LEAD", email: "lead@example.net", externalID: "ext-1")
        row.participant.referredBy = referrer
        row.participant.isDisabled = true
        row.firstName = "Zoë"
        row.source = "spring"
        let id = try scene.store.write { (_) throws in try scene.store.participants.enrol(row) }
        let found = try #require(try scene.store.participants.find(id))
        #expect(found.participant.id == id)
        #expect(found.participant.campaign == scene.campaign)
        #expect(found.participant.email == "lead@example.net")
        #expect(found.participant.joinedAt == scene.noon)
        #expect(found.participant.isDisabled)
        #expect(found.participant.referredBy == referrer)
        #expect(!found.participant.hasReferred)
        #expect(found.account == scene.account)
        #expect(found.code == "LEAD")
        #expect(found.firstName == "Zoë")
        #expect(found.source == "spring")
        #expect(found.externalID == "ext-1")
    }

    @Test(arguments: Engines.available)
    func `a participant is found by each of its names, and by no other`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let table = scene.store.participants
        #expect(try !table.hasAny(of: scene.account))
        let id = try scene.store.write { (_) throws in
            try table.enrol(scene.person("Code-1", email: "a@example.net", externalID: "ext-1"))
        }
        #expect(try table.hasAny(of: scene.account))
        #expect(try !table.hasAny(of: ID(scene.account.number + 1)))
        #expect(try table.find(code: "Code-1", account: scene.account)?.participant.id == id)
        #expect(try table.find(code: "CODE-1", account: scene.account) == nil)
        #expect(try table.find(code: "Code-1", account: ID(scene.account.number + 1)) == nil)
        #expect(try table.find(externalID: "ext-1", campaign: scene.campaign)?.participant.id == id)
        #expect(try table.find(externalID: "ext-1", campaign: ID(2)) == nil)
        for campaign in [scene.campaign, nil] {
            let found = try table.find(
                customer: "unknown", email: "a@example.net", campaign: campaign,
                account: scene.account)
            #expect(found?.participant.id == id)
        }
        #expect(
            try table.find(customer: nil, email: nil, campaign: nil, account: scene.account) == nil)
    }

    @Test(arguments: Engines.available)
    func `code, address and external id are one participant's each`(_ engine: Engines.Engine) throws
    {
        let scene = try StorageScene(engine)
        let table = scene.store.participants
        try scene.store.write { (_) throws in
            _ = try table.enrol(scene.person("A", email: "a@example.net", externalID: "ext-a"))
        }
        for taken in [
            scene.person("A", email: "b@example.net", externalID: "ext-b"),
            scene.person("B", email: "a@example.net", externalID: "ext-b"),
            scene.person("B", email: "b@example.net", externalID: "ext-a"),
        ] {
            let error = #expect(throws: StorageError.self) {
                try scene.store.write { (_) throws in _ = try table.enrol(taken) }
            }
            #expect(error?.kind == .constraint)
            #expect(try scene.store.write { (_) throws in try table.enrolIfNew(taken) } == nil)
        }
        // Those without address or id are no duplicates of each other.
        try scene.enrol("C")
        try scene.enrol("D")
        #expect(try scene.store.participants.find(code: "B", account: scene.account) == nil)
    }

    @Test(arguments: Engines.available)
    func `a change keeps code and joining, and counts the revision`(_ engine: Engines.Engine) throws
    {
        let scene = try StorageScene(engine)
        let table = scene.store.participants
        let id = try scene.enrol("A")
        var row = try #require(try table.find(id))
        let revision = row.revision
        row.code = "B"
        row.participant.joinedAt = scene.noon + .seconds(60)
        row.participant.email = "new@example.net"
        row.firstName = "Ann"
        try scene.store.write { (_) throws in try table.update(row) }
        let changed = try #require(try table.find(id))
        #expect(changed.code == "A")
        #expect(changed.participant.joinedAt == scene.noon)
        #expect(changed.participant.email == "new@example.net")
        #expect(changed.firstName == "Ann")
        #expect(changed.revision == revision + 1)
    }

    @Test(arguments: Engines.available)
    func `a first referral is noted once, and not by a rollback`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let table = scene.store.participants
        let id = try scene.enrol("A")
        try scene.undone { () throws in #expect(try table.noteReferral(by: id)) }
        #expect(try table.find(id)?.participant.hasReferred == false)
        #expect(try scene.store.write { (_) throws in try table.noteReferral(by: id) })
        #expect(try !scene.store.write { (_) throws in try table.noteReferral(by: id) })
        #expect(try table.find(id)?.participant.hasReferred == true)
    }

    @Test(arguments: Engines.available)
    func `a rollback forgets a participant`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        try scene.undone { () throws in _ = try scene.store.participants.enrol(scene.person("A")) }
        #expect(try scene.store.participants.find(code: "A", account: scene.account) == nil)
        #expect(try scene.another().participants.find(code: "A", account: scene.account) == nil)
    }
}
