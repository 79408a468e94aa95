import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct CatalogTests {
    @Test(arguments: Engines.available)
    func `a campaign has a version for each change, and keeps the old ones`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try StorageScene(engine)
        let catalog = scene.store.catalog
        func put(_ document: String, rewards: Int = 2) throws -> Catalog.Change {
            try scene.store.write { (_) throws in
                try catalog.put(
                    campaign: scene.campaign, account: scene.account, document: document,
                    rewardCount: rewards, at: scene.noon)
            }
        }
        #expect(try put("{}") == .unchanged)
        #expect(try put(#"{"name":"Ü"}"#, rewards: 3) == .changed)
        let now = try #require(try catalog.campaign(scene.campaign))
        #expect(now.version == 2)
        #expect(now.document == #"{"name":"Ü"}"#)
        #expect(now.rewards.count == 3)
        #expect(try catalog.campaign(scene.campaign, version: 1)?.document == "{}")
        #expect(try catalog.campaign(scene.campaign, version: 3) == nil)
        #expect(try catalog.campaign(ID<Campaign>(2)) == nil)
        #expect(try catalog.campaigns().map(\.id) == [scene.campaign])
        try scene.undone { () throws in
            _ = try catalog.put(
                campaign: ID(2), account: scene.account, document: "{}", rewardCount: 1,
                at: scene.noon)
        }
        #expect(try catalog.campaign(ID<Campaign>(2)) == nil)
    }

    @Test(arguments: Engines.available)
    func `a source is found by id and by number, with its sealed secrets`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let catalog = scene.store.catalog
        let before = try #require(try catalog.source("shop", of: scene.account))
        #expect(try catalog.source(before.number) == before)
        #expect(before.secrets == nil)
        func put(_ document: String, secrets: [UInt8]?, changed: Bool) throws -> Catalog.Change {
            try scene.store.write { (_) throws in
                try catalog.put(
                    source: "shop", account: scene.account, document: document, secrets: secrets,
                    secretsChanged: changed, at: scene.noon)
            }
        }
        #expect(try put("{}", secrets: nil, changed: false) == .unchanged)
        #expect(try put("{}", secrets: [1, 2], changed: true) == .changed)
        let after = try #require(try catalog.source("shop", of: scene.account))
        #expect(after.secrets == [1, 2])
        #expect(after.number == before.number)
        #expect(try put(#"{"a":1}"#, secrets: [1, 2], changed: false) == .changed)
        let last = try #require(try catalog.source("shop", of: scene.account))
        #expect(last.secrets == [1, 2])
        #expect(
            try catalog.sourceDocument(last.number, version: last.version)?.document == #"{"a":1}"#)
        #expect(try catalog.sourceDocument(last.number, version: before.version)?.document == "{}")
        #expect(try catalog.source("SHOP", of: scene.account) == nil)
    }

    @Test(arguments: Engines.available)
    func `a webhook keeps its number and secrets through changes`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let catalog = scene.store.catalog
        func put(_ name: String, secrets: [UInt8]?, changed: Bool) throws -> Catalog.Change {
            try scene.store.write { (_) throws in
                try catalog.put(
                    webhook: name, account: scene.account, document: #"{"url":1}"#,
                    secrets: secrets,
                    secretsChanged: changed, at: scene.noon)
            }
        }
        #expect(try put("crm", secrets: [9], changed: true) == .changed)
        #expect(try put("crm", secrets: nil, changed: false) == .unchanged)
        #expect(try put("log", secrets: nil, changed: false) == .added)
        let row = try #require(try catalog.webhook(scene.webhook))
        #expect(row.name == "crm")
        #expect(row.secrets == [9])
        #expect(try catalog.webhook(named: "crm", of: scene.account) == row)
        #expect(try catalog.webhook(named: "crm", of: ID(scene.account.number + 1)) == nil)
        #expect(try catalog.webhook(999) == nil)
        #expect(try catalog.webhooks().map(\.name) == ["crm", "log"])
    }
}
