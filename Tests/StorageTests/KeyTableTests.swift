import Database
import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct KeyTableTests {
    @Test(arguments: Engines.available)
    func `a key is found by its hash until it is revoked`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let keys = scene.store.keys
        func create(
            _ name: String, mode: AccountMode = .live, expiresAt: Instant? = nil, _ hash: UInt8
        ) throws -> ID<Key> {
            try scene.store.write { (_) throws in
                try keys.create(
                    KeyTable.Creation(name: name, mode: mode, expiresAt: expiresAt),
                    hash: [UInt8](repeating: hash, count: 32),
                    lastFour: "abcd", account: scene.account, at: scene.noon)
            }
        }
        let (one, test) = (try create("CI", 1), try create("Sandbox", mode: .test, 2))
        let hash = [UInt8](repeating: 1, count: 32)
        let row = try #require(try keys.find(hash: hash))
        #expect(row.id == one)
        #expect(row.account == scene.account)
        #expect(row.name == "CI")
        #expect(row.mode == .live)
        #expect(row.scope == .admin)
        #expect(row.expiresAt == nil && row.lastUsedAt == nil)
        #expect(row.lastFour == "abcd")
        #expect(row.createdAt == scene.noon)
        #expect(row.revokedAt == nil)
        #expect(try keys.find(hash: Array(hash.dropLast())) == nil)
        #expect(try keys.list().map(\.id) == [one, test])
        let testHash = [UInt8](repeating: 2, count: 32)
        #expect(try keys.validNumbers(at: scene.noon) == [hash: one, testHash: test])
        _ = try create("Short", expiresAt: scene.noon + .seconds(60), 4)
        #expect(try keys.validNumbers(at: scene.noon + .seconds(59)).count == 3)
        #expect(try keys.validNumbers(at: scene.noon + .seconds(60)).count == 2)
        #expect(throws: StorageError.self) { _ = try create("Twice", 1) }
        try scene.store.write { (_) throws in
            #expect(try keys.rename(one, to: "Build"))
            #expect(try !keys.rename(99, to: "None"))
        }
        try scene.undone { () throws in #expect(try keys.revoke(one, at: scene.noon)) }
        #expect(try keys.find(hash: hash)?.name == "Build")
        try scene.store.write { (_) throws in
            #expect(try keys.revoke(one, at: scene.noon + .seconds(1)))
            #expect(try !keys.revoke(one, at: scene.noon + .seconds(2)))
        }
        #expect(try keys.find(hash: hash) == nil)
        #expect(
            try keys.validNumbers(at: scene.noon + .seconds(60)) == [testHash: test])
        #expect(try keys.list().first?.revokedAt == scene.noon + .seconds(1))
    }
}
