import Gateway
import Inbound
import JSON
import SQLite
import Sockets
import Storage
import Telemetry
import Time
import Workspace

/// A whole gateway in this process, on a scratch database and a port of its own, whose clock moves only when
/// it is told to.
package final class Stage {
    /// Why there can be none, or why something could not be done on it.
    package enum Failure: Error, CustomStringConvertible {
        case folder(ScratchFolder.Failure)
        case gateway(GatewayError)
        case database(DatabaseError)
        case key(SecretBox.Failure)
        case apply(Application.Failure)
        case storage(SQLiteError)
        case apiKey(String)
        case call(Caller.Failure)
        case message(PartnerMessage.Failure)
        case thread(SystemError)

        package var description: String {
            switch self {
            case .folder(let error): error.description
            case .gateway(let error): error.description
            case .database(let error): error.description
            case .key(let error): error.description
            case .apply(let error): error.description
            case .storage(let error): error.description
            case .apiKey(let error): "no API key can be made: \(error)"
            case .call(let error): error.description
            case .message(let error): error.description
            case .thread(let error): error.description
            }
        }
    }

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
    ) throws(Failure) {
        do { folder = try ScratchFolder() } catch { throw .folder(error) }
        database = folder.path + "/refgate.db"
        time = StageClock(at: start)
        try Self.apply(workspace, files, to: database, at: start)
        key = try Self.makeKey(in: database, at: start)
        do throws(GatewayError) {
            gateway = try Gateway(
                Configuration(
                    database: database, address: Address(ipv4: 0x7F00_0001, port: 0),
                    sendsNotifications: false),
                clock: time.clock, log: .silent)
            port = try gateway.start()
        } catch {
            throw .gateway(error)
        }
        caller = Caller(host: "127.0.0.1", port: port)
    }

    /// Ends the gateway; to be called once, last of all.
    package func stop() { gateway.stop() }

    // MARK: What happens on it

    package func advance(by duration: Duration) {
        time.advance(by: duration)
        gateway.lookAround()
    }

    package func apply(_ workspace: WorkspaceFile, in files: Folder) throws(Failure) {
        try Self.apply(workspace, files, to: database, at: time.now)
        gateway.lookAround()
    }

    package func deliver(_ message: PartnerMessage, to source: String) throws(Failure) -> Answer {
        do throws(Caller.Failure) {
            return try caller.request(
                "POST", "/hooks/\(source)", message.fields, body: message.body)
        } catch {
            throw .call(error)
        }
    }

    /// Many messages over so many connections, which all begin together. The answers come in the order of
    /// the messages.
    package func deliver(
        _ messages: [PartnerMessage], to source: String, atOnce count: Int
    ) throws(Failure) -> [Answer] {
        let posts = messages.map { Crowd.Post(path: "/hooks/\(source)", message: $0) }
        return try Crowd(posts, port: port).run(count)
    }

    /// An operator's request; their key is sent along unless it has one of its own.
    package func call(_ call: Scenario.Call) throws(Failure) -> Answer {
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
        do throws(Caller.Failure) {
            let answer = try caller.request(call.method, call.path, fields, body: call.body)
            gateway.lookAround()
            return answer
        } catch {
            throw .call(error)
        }
    }

    // MARK: What can be seen of it

    /// What has been queued for webhooks, in its order.
    package func deliveries() throws(Failure) -> [StagedDelivery] {
        let store = try open(.reader)
        let loader = ProgrammeLoader(box: try Self.box(database, store))
        do throws(ProgrammeLoader.Failure) {
            return try loader.notifications(store).map { queued in
                let root = queued.body.flatMap { try? Document(parsing: $0) }?.root
                // Some dialects have no envelope around what they tell.
                return StagedDelivery(
                    webhook: queued.webhook, type: queued.type, data: root?["data"] ?? root)
            }
        } catch {
            throw .apply(.programme(error))
        }
    }

    /// Why an event was decided as it was, in words.
    package func explanation(ofEvent number: Int64) throws(Failure) -> String {
        let store = try open(.reader)
        do throws(SQLiteError) {
            let account = try store.catalog.accounts().first?.id ?? 0
            return try Versions().explainer(store, now: time.now)
                .explain(.event(number), account: account).description
        } catch {
            throw .storage(error)
        }
    }

    // MARK: Opening

    private func open(_ use: Database.Use) throws(Failure) -> Store {
        try Self.store(database, use)
    }

    private static func store(_ path: String, _ use: Database.Use) throws(Failure) -> Store {
        do throws(DatabaseError) {
            return try Store(opening: Database.open(path, for: use), path: path)
        } catch {
            throw .database(error)
        }
    }

    private static func box(_ database: String, _ store: Store) throws(Failure) -> SecretBox {
        do { return try SecretBox(keyFile: database + ".key", for: store) } catch {
            throw .key(error)
        }
    }

    private static func apply(
        _ workspace: WorkspaceFile, _ files: Folder, to path: String, at now: Instant
    ) throws(Failure) {
        let store = try store(path, .writer)
        let application = Application(
            store: store, box: try box(path, store), now: now, isDryRun: false)
        do { _ = try application.apply(workspace, in: files) } catch { throw .apply(error) }
    }

    private static func makeKey(in path: String, at now: Instant) throws(Failure) -> String {
        let store = try store(path, .writer)
        do {
            let key = try APIKey.make(.live)
            let hash = try APIKey.hash(key)
            let account = try store.catalog.accounts().first?.id ?? 1
            try store.connection.transaction { () throws(SQLiteError) in
                _ = try store.keys.create(
                    name: "scenario", mode: APIKey.Mode.live.rawValue, hash: hash,
                    lastFour: String(key.suffix(4)), account: account, at: now)
            }
            return key
        } catch {
            throw .apiKey("\(error)")
        }
    }
}

/// A notification as a webhook would get it.
package struct StagedDelivery: Sendable {
    package let webhook: String
    package let type: String
    package let data: Value?
}
