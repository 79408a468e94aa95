import Database
import Gateway
import Inbound
import JSON
import Sockets
import Storage
import Telemetry
import Time
import Workspace

/// A whole gateway in this process, on a scratch database and a port of its own, whose clock moves only when
/// it is told to.
package final class Stage {
    package let port: UInt16
    package let database: String
    package let time: StageClock
    private let folder: ScratchFolder
    private let gateway: Gateway
    private let key: String
    private let caller: Caller

    /// A gateway for which a workspace was applied.
    package init(
        _ workspace: WorkspaceFile, in files: Folder, at start: Instant
    ) throws {
        folder = try ScratchFolder()
        database = folder.path + "/refgate.db"
        time = StageClock(at: start)
        try Self.apply(workspace, files, to: database, at: start)
        key = try Self.makeKey(in: database, at: start)
        gateway = try Gateway(
            Configuration(
                database: database, address: Address(ipv4: 0x7F00_0001, port: 0),
                sendsNotifications: false),
            clock: time.clock, log: .silent)
        port = try gateway.start()
        caller = Caller(host: "127.0.0.1", port: port)
    }

    /// Ends the gateway; to be called once, last of all.
    package func stop() { gateway.stop() }

    // MARK: What happens on it

    package func advance(by duration: Duration) {
        time.advance(by: duration)
        gateway.lookAround()
    }

    package func apply(_ workspace: WorkspaceFile, in files: Folder) throws {
        try Self.apply(workspace, files, to: database, at: time.now)
        gateway.lookAround()
    }

    package func deliver(_ message: PartnerMessage, to source: String) throws -> Answer {
        try caller.request("POST", "/hooks/\(source)", message.fields, body: message.body)
    }

    /// Many messages over so many connections, which all begin together. The answers come in the order of
    /// the messages.
    package func deliver(
        _ messages: [PartnerMessage], to source: String, atOnce count: Int
    ) throws -> [Answer] {
        let posts = messages.map { Crowd.Post(path: "/hooks/\(source)", message: $0) }
        return try Crowd(posts, port: port).run(count)
    }

    /// An operator's request; their key is sent along unless it has one of its own.
    package func call(_ call: Scenario.Call) throws -> Answer {
        var fields: [(name: String, value: String)] = []
        let said = Set(call.headers.map { $0.name.lowercased() })
        if !said.contains("x-api-key"), !said.contains("authorization") {
            fields.append(("X-API-Key", key))
        }
        if call.body != nil, !said.contains("content-type") {
            fields.append(("Content-Type", "application/json"))
        }
        for header in call.headers {
            if let value = header.value { fields.append((header.name, value)) }
        }
        let answer = try caller.request(call.method, call.path, fields, body: call.body)
        gateway.lookAround()
        return answer
    }

    // MARK: What can be seen of it

    /// What has been queued for webhooks, in its order.
    package func deliveries() throws -> [StagedDelivery] {
        let store = try Store.open(database, for: .reader)
        let loader = ProgrammeLoader(box: try Self.box(database, store))
        return try loader.notifications(store).map { queued in
            let root = queued.body.flatMap { try? Document(parsing: $0) }?.root
            // Some dialects have no envelope around their data.
            return StagedDelivery(
                webhook: queued.webhook, type: queued.type, data: root?["data"] ?? root)
        }
    }

    /// Why an event was decided as it was, in words.
    package func explanation(ofEvent number: Int64) throws -> String {
        let store = try Store.open(database, for: .reader)
        let account = try store.catalog.accounts().first?.id ?? 0
        return try Versions().explainer(store, now: time.now)
            .explain(.event(number), account: account).description
    }

    // MARK: Opening

    private static func box(_ database: String, _ store: Store) throws -> SecretBox {
        try SecretBox(keyFile: database + ".key", for: store)
    }

    private static func apply(
        _ workspace: WorkspaceFile, _ files: Folder, to path: String, at now: Instant
    ) throws {
        let store = try Store.open(path, for: .writer)
        let application = Application(
            store: store, box: try box(path, store), now: now, isDryRun: false)
        _ = try application.apply(workspace, in: files)
    }

    private static func makeKey(in path: String, at now: Instant) throws -> String {
        let store = try Store.open(path, for: .writer)
        let key = APIKey.make(.live)
        let hash = try APIKey.hash(key)
        let account = try store.catalog.accounts().first?.id ?? 1
        return try store.write { _ in
            _ = try store.keys.create(
                name: "scenario", mode: APIKey.Mode.live.rawValue, hash: hash,
                lastFour: String(key.suffix(4)), account: account, at: now)
            return key
        }
    }
}

/// A notification as a webhook would get it.
package struct StagedDelivery: Sendable {
    package let webhook: String
    package let type: String
    package let data: Value?
}
