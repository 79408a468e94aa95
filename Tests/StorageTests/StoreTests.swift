import Database
import Referrals
import Storage
import TestSupport
import Testing

/// Transactions and snapshots of a whole store.
@Suite struct StoreTests {
    @Test(arguments: Engines.available)
    func `a transaction is kept at its end, and all of it undone by a throw`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try StorageScene(engine)
        let other = try scene.another()
        try scene.undone { () throws in
            _ = try scene.store.participants.enrol(scene.person("A"))
            _ = try scene.store.coupons.add("C-1", to: scene.campaign)
            try scene.store.events.append(scene.event(1))
        }
        #expect(try other.participants.find(code: "A", account: scene.account) == nil)
        #expect(try !other.coupons.contains("C-1", in: scene.campaign))
        #expect(try other.events.lastID() == 0)
        let number = try scene.store.write { (_) throws in
            try scene.store.events.append(scene.event(1))
            // Nobody else sees it before the end.
            #expect(try other.events.lastID() == 0)
            return 5
        }
        #expect(number == 5)
        #expect(try other.events.lastID() == 1)
    }

    @Test(arguments: Engines.available)
    func `a snapshot shows one moment, whatever others commit`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let other = try scene.another()
        try scene.store.write { (_) throws in try scene.store.events.append(scene.event(1)) }
        try other.snapshot {
            #expect(try other.events.lastID() == 1)
            try scene.store.write { (_) throws in try scene.store.events.append(scene.event(2)) }
            #expect(try other.events.lastID() == 1)
            #expect(try other.events.find(ID<Event>(2)) == nil)
        }
        #expect(try other.events.lastID() == 2)
    }

    @Test(arguments: Engines.available)
    func `others' rows and others' declarations are two kinds of news`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        // The store of the scene has declared what it has; another one has read that.
        let (store, other) = (try scene.another(), scene.store)
        func news() throws -> News { try store.write { $0 } }
        _ = try news()
        #expect(try !store.hasNews())
        #expect(try news() == [])
        // One's own changes are no news.
        try store.write { (_) throws in try store.events.append(scene.event(1)) }
        #expect(try news() == [])
        try other.write { (_) throws in try other.events.append(scene.event(2)) }
        #expect(try store.hasNews())
        #expect(try news() == .rows)
        try other.write { (_) throws in
            _ = try other.catalog.put(
                webhook: "log", account: scene.account, document: "{}", secrets: nil,
                secretsChanged: false, at: scene.noon)
        }
        #expect(try news() == [.rows, .declarations])
        #expect(try news() == [])
        // After a rollback all is read again.
        #expect(throws: StorageScene.Refusal.self) {
            try store.write { (_) throws in throw StorageScene.Refusal() }
        }
        #expect(try store.hasNews())
        #expect(try news().contains(.declarations))
    }

    @Test(arguments: Engines.available)
    func `a store that is opened again has everything`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let conversion = try scene.convert()
        let other = try scene.another()
        #expect(try other.conversions.find(conversion.id) == conversion)
        #expect(try other.catalog.accounts().map(\.name) == ["Acme"])
        #expect(
            try other.catalog.source("shop", of: scene.account)
                == scene.store.catalog.source("shop", of: scene.account))
    }
}
