import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct ParkedTableTests {
    private func park(
        _ scene: StorageScene, _ event: Int64, _ key: String, at second: Int64 = 0,
        awaiting awaited: ParkedTable.Awaited = .code
    ) throws {
        try scene.store.parked.park(
            ID(event), of: scene.source, awaiting: awaited, key: key, account: scene.account,
            occurredAt: scene.noon + .seconds(second), until: scene.noon + .seconds(second + 100))
    }

    private func scene(_ engine: Engines.Engine, events: Int64) throws -> StorageScene {
        let scene = try StorageScene(engine)
        try scene.store.write { (_) throws in
            for number in 1...events {
                try scene.store.events.append(scene.event(number, outcome: .parked))
            }
        }
        return scene
    }

    @Test(arguments: Engines.available)
    func `events wait by what they wait for, in the order in which they occurred`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try scene(engine, events: 5)
        let parked = scene.store.parked
        try scene.store.write { (_) throws in
            try park(scene, 1, "A", at: 30)
            try park(scene, 2, "A", at: 10)
            try park(scene, 3, "A", at: 20)
            try park(scene, 4, "B")
            try park(scene, 5, "A", awaiting: .businessKey)
        }
        func waiting(_ key: String, _ awaited: ParkedTable.Awaited = .code, limit: Int = 9) throws
            -> [Int64]
        {
            try parked.waiting(for: awaited, key: key, account: scene.account, limit: limit).map(
                \.number)
        }
        #expect(try waiting("A") == [2, 3, 1])
        #expect(try waiting("A", limit: 2) == [2, 3])
        #expect(try waiting("B") == [4])
        #expect(try waiting("A", .businessKey) == [5])
        #expect(try waiting("C") == [])
        #expect(
            try parked.waiting(
                for: .code, key: "A", account: ID(scene.account.number + 1), limit: 9) == [])
        #expect(try parked.count(ofSource: scene.source) == 5)
        try scene.undone { () throws in try parked.remove(ID(3)) }
        #expect(try parked.isWaiting(ID(3)))
        try scene.store.write { (_) throws in try parked.remove(ID(3)) }
        #expect(try !parked.isWaiting(ID(3)))
        #expect(try waiting("A") == [2, 1])
        #expect(try parked.count(ofSource: scene.source) == 4)
    }

    @Test(arguments: Engines.available)
    func `events that have waited their time are given`(_ engine: Engines.Engine) throws {
        let scene = try scene(engine, events: 3)
        let parked = scene.store.parked
        try scene.store.write { (_) throws in
            try park(scene, 1, "A", at: 20)
            try park(scene, 2, "B", at: 10)
            try park(scene, 3, "C", at: 900)
        }
        #expect(try parked.expired(at: scene.noon + .seconds(99), limit: 9) == [])
        #expect(
            Set(try parked.expired(at: scene.noon + .seconds(200), limit: 9)) == [ID(1), ID(2)])
        #expect(try parked.expired(at: scene.noon + .seconds(200), limit: 1).count == 1)
        // A clock that was ahead has dated the third.
        let latest = scene.noon + .seconds(150)
        #expect(
            try scene.store.write { (_) throws in try parked.shorten(to: latest, limit: 9) } == 1)
        #expect(try parked.expired(at: latest, limit: 9).count == 3)
    }

    @Test(arguments: Engines.available)
    func `pages skip none and repeat none`(_ engine: Engines.Engine) throws {
        let scene = try scene(engine, events: 7)
        try scene.store.write { (_) throws in
            for number in 1...7 as ClosedRange<Int64> { try park(scene, number, "K-\(number % 3)") }
        }
        var (seen, last): ([Int64], ParkedTable.Row?) = ([], nil)
        while true {
            let page = try scene.store.parked.page(after: last, limit: 2)
            guard let end = page.last else { break }
            seen += page.map(\.event.number)
            last = end
        }
        #expect(seen.sorted() == Array(1...7))
    }
}
