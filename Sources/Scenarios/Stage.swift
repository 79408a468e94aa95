import Database
import Gateway
import Insight
import JSON
import Ledger
import Programmes
import Referrals
import Sockets
import Storage
import Telemetry
import Time
import Workspace

/// A complete gateway in this process, on a temporary database and a free port, with a clock that
/// moves only by `advance`.
package final class Stage {
    /// The port on 127.0.0.1.
    package let port: UInt16
    /// The path of the database.
    package let database: String
    /// The gateway's clock.
    package let time: StageClock
    private let folder: ScratchFolder
    private let gateway: Gateway
    private let key: String
    private let caller: BlockingHTTPClient

    /// Starts a gateway and applies a workspace to it.
    ///
    /// - Parameter observer: receives each decision of the gateway.
    package init(
        _ workspace: WorkspaceFile, in files: Folder, at start: Instant,
        observer: (any DecisionObserver)? = nil
    ) throws {
        folder = try ScratchFolder()
        database = folder.path + "/refgate.db"
        time = StageClock(at: start)
        try Self.apply(workspace, files, to: database, at: start)
        key = try Self.makeKey(in: database, at: start)
        var configuration = Configuration(
            database: database, address: Address(ipv4: 0x7F00_0001, port: 0),
            sendsNotifications: false)
        configuration.decisionObserver = observer
        gateway = try Gateway(
            configuration,
            clock: time.clock, log: .silent)
        port = try gateway.start()
        caller = BlockingHTTPClient(host: "127.0.0.1", port: port)
    }

    /// Stops the gateway; must be called once, after all other calls.
    package func stop() { gateway.stop() }

    // MARK: What happens on it

    /// Advances the clock and processes everything that became due.
    package func advance(by duration: Duration) {
        time.advance(by: duration)
        gateway.runHousekeeping()
    }

    /// Applies a workspace to the database.
    package func apply(_ workspace: WorkspaceFile, in files: Folder) throws {
        try Self.apply(workspace, files, to: database, at: time.now)
        gateway.runHousekeeping()
    }

    /// Posts a message to a source and returns the response.
    package func deliver(_ message: PartnerMessage, to source: String) throws -> GatewayResponse {
        try caller.request("POST", "/hooks/\(source)", message.fields, body: message.body)
    }

    /// Posts many messages over several connections, all beginning at once. The responses are in
    /// the order of the messages.
    package func deliver(
        _ messages: [PartnerMessage], to source: String, atOnce count: Int
    ) throws -> [GatewayResponse] {
        let posts = messages.map { Crowd.Post(path: "/hooks/\(source)", message: $0) }
        return try Crowd(posts, port: port).run(count)
    }

    /// Sends a request of an operator, with a valid key unless the call has its own.
    package func call(_ call: Scenario.Call) throws -> GatewayResponse {
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
        gateway.runHousekeeping()
        return answer
    }

    // MARK: What can be seen of it

    /// Returns the notifications queued for webhooks, in their order.
    package func deliveries() throws -> [StagedDelivery] {
        let store = try Store.open(database, for: .reader)
        let loader = DeclarationLoader(box: try Self.box(database, store))
        return try loader.notifications(store).map { queued in
            let root = queued.body.flatMap { try? Document(parsing: $0) }?.root
            // Some dialects have no envelope around their data.
            return StagedDelivery(
                webhook: queued.webhook, type: queued.type, data: root?["data"] ?? root)
        }
    }

    /// Returns the explanation of an event's decision with the checks that failed.
    package func explanation(ofEvent number: Int64) throws -> String {
        let store = try Store.open(database, for: .reader)
        let account = try store.catalog.accounts().first?.id ?? ID(0)
        return try Versions().explainer(store, now: time.now)
            .explain(.event(number), account: account).brief
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
        let account = try store.catalog.accounts().first?.id ?? ID(1)
        return try store.write { _ in
            _ = try store.keys.create(
                KeyTable.Creation(name: "scenario"), hash: hash,
                lastFour: String(key.suffix(4)), account: account, at: now)
            return key
        }
    }
}

/// A notification in the form that a webhook receives.
package struct StagedDelivery: Sendable {
    /// The name of the webhook.
    package let webhook: String
    /// The type of the notification.
    package let type: String
    /// The data of the body; nil if the body is not JSON.
    package let data: Value?
}
