import Gateway
import Inbound
import Sockets
import Storage
import Telemetry
import Time
import Transport

extension Command {
    static let serve = Command(
        "serve", "take partners' events and answer operators, until SIGTERM or SIGINT",
        details: """
            On a database without a key it makes the first API key and prints it once, on stdout.
            What `refgate apply` changes on the same database is taken up within a quarter of a second.
            """,
        options: [
            .db, .keyFile, Serving.listen, Serving.maxBody, Serving.maxHeader,
            Serving.headerTimeout, Serving.bodyTimeout, Serving.idleTimeout,
            Serving.maxConnections, Serving.maxInFlight, Serving.sourceRateLimit, Serving.logLevel,
        ]
    ) { arguments, context throws(UsageError) in
        let configuration = try Serving.configuration(arguments)
        let level = try Serving.level(arguments)
        return context.attempt { () throws(Failure) in
            let untilStopped = context.takeSignals()
            let log = Log(level: level, clock: context.clock, to: .standardError())
            try Serving.prepare(configuration, context)
            let gateway: Gateway
            let port: UInt16
            do throws(GatewayError) {
                gateway = try Gateway(configuration, clock: context.clock, log: log)
                port = try gateway.start()
            } catch {
                throw Failure(.environment, error.description)
            }
            log.info(
                "serving",
                [
                    "address": .string(configuration.address.host), "port": .integer(Int(port)),
                    "database": .string(configuration.database),
                ])
            untilStopped()
            log.info("stopping")
            gateway.stop()
            log.info("stopped")
            return .ok
        }
    }
}

/// The options of a serving gateway.
enum Serving {
    static let listen = Option(
        "--listen", .value("HOST:PORT"), default: "127.0.0.1:8080", "the address to listen on")
    static let maxBody = Option(
        "--max-body", .value("SIZE"), default: "1MiB", "the largest body; beyond it, 413")
    static let maxHeader = Option(
        "--max-header", .value("SIZE"), default: "16KiB", "the largest header section; else 431")
    static let headerTimeout = Option(
        "--header-timeout", .value("TIME"), default: "10s",
        "for a header section to arrive; else 408")
    static let bodyTimeout = Option(
        "--body-timeout", .value("TIME"), default: "30s", "for a body to arrive; else 408")
    static let idleTimeout = Option(
        "--idle-timeout", .value("TIME"), default: "60s", "of silence between requests")
    static let maxConnections = Option(
        "--max-connections", .value("N"), default: "10000", "connections at once")
    static let maxInFlight = Option(
        "--max-in-flight", .value("N"), default: "4096", "requests at once; beyond it, 503")
    static let sourceRateLimit = Option(
        "--source-rate-limit", .value("N"), default: "0",
        "requests a second from one source, 0 for no limit; beyond it, 429")
    static let logLevel = Option(
        "--log-level", .value("LEVEL"), default: "info", "debug, info, warning or error")

    static func configuration(_ arguments: Arguments) throws(UsageError) -> Configuration {
        let text = try arguments.required(listen)
        guard let address = Address(text) else {
            throw .badValue(
                listen.name, text, "an address and a port like 127.0.0.1:8080 or [::1]:0")
        }
        var limits = ServerLimits()
        limits.maxBody = try arguments.bytes(maxBody) ?? limits.maxBody
        limits.maxHeader = try arguments.bytes(maxHeader) ?? limits.maxHeader
        limits.headerTimeout = try arguments.duration(headerTimeout) ?? limits.headerTimeout
        limits.bodyTimeout = try arguments.duration(bodyTimeout) ?? limits.bodyTimeout
        limits.idleTimeout = try arguments.duration(idleTimeout) ?? limits.idleTimeout
        limits.maxConnections =
            try arguments.integer(maxConnections, in: 1...1_000_000) ?? limits.maxConnections
        limits.maxInFlight =
            try arguments.integer(maxInFlight, in: 1...1_000_000) ?? limits.maxInFlight
        var queue = CommitQueue.Limits()
        queue.waiting = limits.maxInFlight
        return Configuration(
            database: arguments.text(.db) ?? "", address: address, limits: limits, queue: queue,
            keyFile: arguments.text(.keyFile),
            sourceRateLimit: try arguments.integer(sourceRateLimit, in: 0...1_000_000) ?? 0)
    }

    static func level(_ arguments: Arguments) throws(UsageError) -> Log.Level {
        let text = try arguments.required(logLevel)
        guard let level = Log.Level(rawValue: text) else {
            throw .badValue(logLevel.name, text, "debug, info, warning or error")
        }
        return level
    }

    /// Makes the account and the first key where there is none, and prints the key: the only time it is
    /// ever shown.
    static func prepare(_ configuration: Configuration, _ context: Context) throws(Failure) {
        let store = try Files.store(configuration.database, for: .writer)
        do {
            guard try store.keys.list().isEmpty else { return }
            let key = try Keys.create(
                in: store, name: "first", mode: .live, at: context.clock.now())
            context.line(key)
        } catch {
            throw Failure(.environment, "\(error)")
        }
    }
}
