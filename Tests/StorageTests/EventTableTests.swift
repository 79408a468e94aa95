import Database
import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct EventTableTests {
    @Test(arguments: Engines.available)
    func `every column of an event comes back`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let conversion = try scene.convert(1)
        var row = scene.event(2, "id with spaces, ü and \u{0}", outcome: .rejected)
        row.fingerprint = .min
        row.reasons = [.selfReferralEmail, .unknownCode]
        row.participant = conversion.lead
        row.conversion = conversion.id
        row.leadRevision = 3
        row.referrerRevision = 4
        row.fields = "x-topic: orders"
        row.body = [0, 1, 0xFF]
        try scene.store.write { (_) throws in try scene.store.events.append(row) }
        let found = try #require(try scene.store.events.find(row.id))
        #expect(found.source == scene.source)
        #expect(found.sourceVersion == 1)
        #expect(found.eventID == row.eventID)
        #expect(found.fingerprint == .min)
        #expect(found.receivedAt == row.receivedAt)
        #expect(found.outcome == .rejected)
        #expect(found.reasons == row.reasons)
        #expect(found.participant == conversion.lead)
        #expect(found.conversion == conversion.id)
        #expect(found.leadRevision == 3)
        #expect(found.referrerRevision == 4)
        #expect(found.fields == "x-topic: orders")
        #expect(found.body == [0, 1, 0xFF])
    }

    @Test(arguments: Engines.available)
    func `an id is one event's of a source`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let events = scene.store.events
        try scene.store.write { (_) throws in try events.append(scene.event(1, "same")) }
        let error = #expect(throws: StorageError.self) {
            try scene.store.write { (_) throws in try events.append(scene.event(2, "same")) }
        }
        #expect(error?.kind == .constraint)
        #expect(try events.find(source: scene.source, eventID: "same") == ID(1))
        #expect(try events.find(source: scene.source, eventID: "SAME") == nil)
        #expect(try events.find(ID<Event>(2)) == nil)
        #expect(try events.lastID() == 1)
    }

    @Test(arguments: Engines.available)
    func `the same body is found by its digest`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let events = scene.store.events
        let digest = [UInt8](repeating: 7, count: 32)
        try scene.store.write { (_) throws in
            try events.append(scene.event(1))
            try events.append(digest: digest, of: ID(1), source: scene.source)
        }
        #expect(try events.find(source: scene.source, digest: digest) == ID(1))
        #expect(try events.find(source: scene.source, digest: Array(digest.dropLast())) == nil)
        #expect(try events.find(source: ID(99), digest: digest) == nil)
    }

    @Test(arguments: Engines.available)
    func `pages go down from the last event, and skip none`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let events = scene.store.events
        try scene.store.write { (_) throws in
            for number in 1...7 as ClosedRange<Int64> {
                try events.append(
                    scene.event(number, outcome: number % 2 == 0 ? .parked : .qualified))
            }
        }
        var (seen, before): ([Int64], Int64?) = ([], nil)
        while true {
            let page = try events.list(of: scene.account, before: before, limit: 3)
            #expect(page.count <= 3)
            guard let last = page.last else { break }
            seen += page.map(\.id.number)
            before = last.id.number
        }
        #expect(seen == [7, 6, 5, 4, 3, 2, 1])
        let search = scene.store.search
        let parked = try search.page(
            RowSearch.Query(
                .events, of: scene.account, [.source(scene.source), .status("parked")], limit: 10))
        #expect(parked == RowSearch.Found(numbers: [6, 4, 2], next: nil))
        #expect(try events.list(of: ID(scene.account.number + 1), before: nil, limit: 10).isEmpty)
        let foreign = try search.page(
            RowSearch.Query(.events, of: scene.account, [.source(ID(99))], limit: 10))
        #expect(foreign == RowSearch.Found(numbers: [], next: nil))
    }

    @Test(arguments: Engines.available)
    func `a later decision is stored where the event stands`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let events = scene.store.events
        try scene.store.write { (_) throws in try events.append(scene.event(1, outcome: .unmapped))
        }
        #expect(try events.hasUnmapped(source: scene.source))
        var row = try #require(try events.find(ID<Event>(1)))
        row.outcome = .ignored
        row.reasons = [.testEvent]
        row.receivedAt = scene.noon + .seconds(999)
        try scene.undone { () throws in try events.update(row) }
        #expect(try events.find(ID<Event>(1))?.outcome == .unmapped)
        try scene.store.write { (_) throws in try events.update(row) }
        let found = try #require(try events.find(ID<Event>(1)))
        #expect(found.outcome == .ignored)
        #expect(found.reasons == [.testEvent])
        #expect(found.receivedAt == scene.noon + .seconds(1))
        #expect(try !events.hasUnmapped(source: scene.source))
    }

    @Test(arguments: Engines.available)
    func `numbers go on without gaps after a rollback and beside another writer`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try StorageScene(engine)
        let (one, other) = (scene.store, try scene.another())
        func append(_ store: Store) throws -> Int64 {
            try store.write { (_) throws in
                let id = try store.numbers.nextEvent()
                try store.events.append(scene.event(id.number))
                return id.number
            }
        }
        #expect(try append(one) == 1)
        try scene.undone { () throws in #expect(try one.numbers.nextEvent() == ID(2)) }
        #expect(try append(one) == 2)
        #expect(try append(other) == 3)
        #expect(try append(one) == 4)
        #expect(try append(other) == 5)
    }
}
