import Database
import Gateway
import Ledger
import Outbound
import SQLite
import Sockets
import Telemetry
import Testing
import Time
import Transport

@testable import Storage

/// A gateway in this process, on a scratch database and a port of its own.
package final class ScratchGateway {
    package let database: ScratchDatabase
    package let time = ScratchClock()
    package let sender: Sender
    package let port: UInt16
    private let gateway: Gateway

    package init(
        _ declared: DeclaredWorkspace = DeclaredWorkspace(), limits: ServerLimits = ServerLimits(),
        queue: WriteQueue.Limits = WriteQueue.Limits(), rateLimit: Int = 0,
        log: Log = .silent, configure: (inout Configuration) -> Void = { _ in }
    ) throws {
        database = try ScratchDatabase()
        sender = try Sender(source: DeclaredWorkspace.source, clock: time.clock)
        try database.apply(declared, at: time.now)
        var configuration = Configuration(
            database: database.path, address: Address(ipv4: 0x7F00_0001, port: 0),
            limits: limits, queue: queue, sourceRateLimit: rateLimit)
        configure(&configuration)
        gateway = try Gateway(configuration, clock: time.clock, log: log)
        port = try gateway.start()
    }

    /// Runs a test on a gateway, stops it, and sees that the tables hold no contradiction.
    package static func play(
        _ declared: DeclaredWorkspace = DeclaredWorkspace(), limits: ServerLimits = ServerLimits(),
        queue: WriteQueue.Limits = WriteQueue.Limits(), rateLimit: Int = 0,
        log: Log = .silent, configure: (inout Configuration) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation, _ test: (ScratchGateway) throws -> Void
    ) throws {
        let scene = try ScratchGateway(
            declared, limits: limits, queue: queue, rateLimit: rateLimit, log: log,
            configure: configure)
        defer { scene.gateway.stop() }
        try test(scene)
        let contradictions = try scene.database.contradictions(at: scene.time.now)
        #expect(contradictions == [], sourceLocation: sourceLocation)
    }

    /// Another gateway on a database, with the system's clock.
    package static func serving(_ database: ScratchDatabase) throws -> Gateway {
        let gateway = try Gateway(
            Configuration(
                database: database.path, address: Address(ipv4: 0x7F00_0001, port: 0)),
            log: .silent)
        _ = try gateway.start()
        return gateway
    }

    /// Ends the gateway; `play` does that by itself.
    package func stop() { gateway.stop() }

    package func connect() throws -> Client { try Client(port: port, isGateway: true) }

    /// Posts over a connection of its own.
    package func post(_ message: Message, id: String) throws -> ServerResponse {
        try connect().post(message, id: id, from: sender)
    }

    package func apply(_ declared: DeclaredWorkspace) throws {
        try database.apply(declared, at: time.now)
    }

    package func makeKey() throws -> String { try database.makeKey(at: time.now) }

    /// Returns when the writer has looked for what others have changed and what may move on.
    package func runHousekeeping() throws {
        time.advance(by: .seconds(1))
        gateway.runHousekeeping()
    }

    /// Holds the database's write lock while the body runs: deliveries gather meanwhile.
    package func whileLocked<Result>(_ body: () throws -> Result) throws -> Result {
        let connection = try Store.connect(database.path, for: .existing)
        try connection.begin()
        defer { connection.rollback() }
        return try body()
    }
}
