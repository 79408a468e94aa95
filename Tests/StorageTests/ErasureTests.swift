import Database
import Referrals
import Storage
import TestSupport
import Testing
import Time

/// Deleted people: a deletion hides their names at once, and the rest is erased in steps.
@Suite struct StoredErasureTests {
    private enum Names {
        static let email = "lead@example.net"
        static let external = "ext-1"
        static let customer = "cus-1"
    }

    /// The tombstones know names by this digest.
    private static func digest(_ text: String) -> [UInt8] { Array(text.utf8.reversed()) }

    /// A referrer and a lead with an address, an external id, and two events: one made a conversion under a customer
    /// id, the other none.
    private func scene(_ engine: Engines.Engine) throws -> (StorageScene, ID<Participant>) {
        let scene = try StorageScene(engine)
        let store = scene.store
        store.tombstones.digest = { (text) throws(StorageError) in Self.digest(text) }
        let referrer = try scene.enrol("REF")
        var person = scene.person(
            "LEAD", email: Names.email, externalID: Names.external, referredBy: referrer)
        person.firstName = "Lea"
        let lead = try store.write { (_) throws in try store.participants.enrol(person) }
        var converting = scene.event(1)
        (converting.participant, converting.conversion) = (lead, ID(1))
        var rejected = scene.event(2, outcome: .rejected)
        rejected.participant = lead
        try store.write { (_) throws in
            try store.events.append(converting)
            try store.events.append(rejected)
            let conversion = ConversionRow(
                id: ID(1), campaign: scene.campaign, lead: lead, referrer: referrer,
                status: .pending, amount: 1000, currency: nil, customer: Names.customer,
                occurredAt: scene.noon, createdAt: scene.noon, wasApproved: false)
            try store.conversions.append(conversion)
            #expect(
                try store.claims.takeConversion(
                    ID(1), of: lead, holder: referrer, isOneOfMany: false))
        }
        return (scene, lead)
    }

    private func erase(_ scene: StorageScene, _ id: ID<Participant>) throws {
        try scene.store.write { (_) throws in try scene.store.erase(id, at: scene.noon) }
    }

    /// Erases in transactions that end as early as possible; returns how many there were.
    private func eraseRest(_ scene: StorageScene) throws -> Int {
        for count in 1...100 {
            let isMore = try scene.store.write { (_) throws in
                try scene.store.eraseSome(names: { _, _ in false }, isOver: { true })
            }
            if !isMore { return count }
        }
        return .max
    }

    @Test(arguments: Engines.available)
    func `a deletion hides names and bodies at once, and keeps the code`(_ engine: Engines.Engine)
        throws
    {
        let (scene, lead) = try scene(engine)
        let store = scene.store
        try #require(try store.events.find(ID<Event>(2))?.body != nil)
        try erase(scene, lead)
        #expect(try store.isErasing())
        let found = try #require(try store.participants.find(lead))
        #expect(found.participant.email == nil)
        #expect(found.firstName == nil)
        #expect(found.externalID == nil)
        #expect(found.participant.isDisabled)
        #expect(found.code == "LEAD")
        for event in [ID<Event>(1), ID<Event>(2)] {
            let row = try #require(try store.events.find(event))
            #expect(row.body == nil)
            #expect(row.participant == lead)
        }
        let conversion = try #require(try store.conversions.find(ID<Conversion>(1)))
        #expect(conversion.customer == nil)
        #expect(conversion.amount == 1000)
        // A reader in another process sees no more.
        let another = try scene.another()
        #expect(try another.events.find(ID<Event>(1))?.body == nil)
    }

    @Test(arguments: Engines.available)
    func `what is hidden is erased in steps, and the figures stay`(_ engine: Engines.Engine) throws
    {
        let (scene, lead) = try scene(engine)
        let store = scene.store
        try erase(scene, lead)
        let steps = try eraseRest(scene)
        #expect((2...100).contains(steps))
        #expect(try !store.isErasing())
        // Nothing hides rows any more: what is read now is what is stored.
        #expect(try store.events.find(ID<Event>(1))?.body == nil)
        #expect(try store.events.find(ID<Event>(2))?.body == nil)
        let conversion = try #require(try store.conversions.find(ID<Conversion>(1)))
        #expect(conversion.customer == nil)
        #expect(conversion.amount == 1000)
        #expect(conversion.lead == lead)
        #expect(
            try store.participants.find(code: "LEAD", account: scene.account)?.participant.id
                == lead)
    }

    @Test(arguments: Engines.available)
    func `a deletion that is rolled back hides nothing`(_ engine: Engines.Engine) throws {
        let (scene, lead) = try scene(engine)
        try scene.undone { try scene.store.erase(lead, at: scene.noon) }
        #expect(try !scene.store.isErasing())
        #expect(try scene.store.participants.find(lead)?.participant.email == Names.email)
        #expect(try scene.store.events.find(ID<Event>(2))?.body != nil)
        #expect(try !scene.store.tombstones.exist(in: scene.campaign))
    }

    @Test(arguments: Engines.available)
    func `a deleted person is recognised by each name, before and after the erasure`(
        _ engine: Engines.Engine
    ) throws {
        let (scene, lead) = try scene(engine)
        let tombstones = scene.store.tombstones
        let names: [Tombstones.Name] = [
            .email(Names.email), .externalID(Names.external),
            .customer(Names.customer),
        ]
        #expect(try tombstones.predecessors(of: nil, [names[0]], in: scene.campaign) == [])
        try erase(scene, lead)
        for isErased in [false, true] {
            if isErased { _ = try eraseRest(scene) }
            #expect(try tombstones.exist(in: scene.campaign))
            for name in names {
                let found = try tombstones.predecessors(of: nil, [name], in: scene.campaign)
                #expect(found == [lead], "\(name)")
            }
            let strangers: [Tombstones.Name] = [
                .email("other@example.net"), .customer(Names.external),
            ]
            #expect(try tombstones.predecessors(of: nil, strangers, in: scene.campaign) == [])
            #expect(try tombstones.predecessors(of: nil, names, in: ID(9)) == [])
        }
    }

    @Test(arguments: Engines.available)
    func `who enrols with the address of a deleted person is linked to them`(
        _ engine: Engines.Engine
    ) throws {
        let (scene, lead) = try scene(engine)
        let store = scene.store
        try erase(scene, lead)
        let again = try store.write { (_) throws in
            try store.participants.enrol(scene.person("AGAIN", email: Names.email))
        }
        #expect(again != lead)
        _ = try eraseRest(scene)
        #expect(try store.tombstones.predecessors(of: again, in: scene.campaign) == [lead])
        #expect(try store.participants.find(again)?.participant.email == Names.email)
    }
}
