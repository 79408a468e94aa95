import Gateway
import Invocation
import Ledger
import Sockets
import Storage
import Telemetry
import Time
import Transport

/// The command that runs the gateway until a signal stops it.
enum Serving: Command {
    static let usage = Usage(
        "serve", "receive events and answer API requests until SIGTERM or SIGINT",
        details: """
            On a database without an API key, serve creates the first one. It prints the key once \
            if standard output is a terminal; otherwise it prints the `refgate keys create` \
            command that creates one.

            Changes that `refgate apply` makes to the same database take effect within a quarter \
            of a second.

            On SIGTERM or SIGINT, serve finishes the requests in flight, commits and closes the \
            database. SIGHUP, SIGUSR1 and SIGUSR2 are ignored: there is nothing to reload.
            """,
        options: [
            Common.database, Common.keyFile, listen, maxBody, maxHeader, headerTimeout,
            bodyTimeout, idleTimeout, maxConnections, maxConnectionsPerPeer, maxInFlight,
            maxBuffered, rateLimit, peerRateLimit, trustedProxies, publicURL, sourceRateLimit,
            Common.paidPlanFor, signUpLimit,
            Common.allowTargets, Common.allowHTTPTargets, Common.zoneinfo, logLevel,
        ])

    static let listen = Option(
        "listen", .address, default: "127.0.0.1:8080", "the address to listen on")
    static let maxBody = Option(
        "max-body", .size(in: 1...1 << 30), default: "1MiB",
        "the largest request body; a larger one is answered 413")
    static let maxHeader = Option(
        "max-header", .size(in: 256...1 << 20), default: "16KiB",
        "the largest header section; a larger one is answered 431")
    static let headerTimeout = Option(
        "header-timeout", timeout, default: "10s",
        "the time in which a header section must arrive; else 408")
    static let bodyTimeout = Option(
        "body-timeout", timeout, default: "30s", "the time in which a body must arrive; else 408")
    static let idleTimeout = Option(
        "idle-timeout", timeout, default: "60s",
        "the maximum idle time between two requests of a connection")
    static let maxConnections = Option(
        "max-connections", .integer(in: 1...1_000_000), default: "10000",
        "the number of open connections")
    static let maxConnectionsPerPeer = Option<Int?>.optional(
        "max-connections-per-peer", .integer(in: 1...1_000_000),
        "the number of open connections of one address (one /64 of IPv6); a quarter of --max-connections if not given. Connections of --trusted-proxies are not limited and count for the address they forward"
    )
    static let maxBuffered = Option(
        "max-buffered", .size(in: 1 << 10...1 << 40), default: "256MiB",
        "the memory for all unfinished and unanswered requests; beyond it, 503")
    static let maxInFlight = Option(
        "max-in-flight", .integer(in: 1...1_000_000), default: "4096",
        "the number of requests in flight; beyond it, 503")
    static let rateLimit = Option(
        "rate-limit", .integer(in: 0...100_000_000), default: "0",
        "requests a minute with one API key; beyond it, 429; 0 for no limit")
    static let peerRateLimit = Option(
        "peer-rate-limit", .integer(in: 0...100_000_000), default: "0",
        "requests a minute from one address (one /64 of IPv6), with or without a key; beyond it, 429; 0 for no limit"
    )
    static let trustedProxies = Option<[AddressRange]?>.optional(
        "trusted-proxies", .ranges,
        "proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are trusted")
    static let publicURL = Option<String?>.optional(
        "public-url", .url,
        "the URL under which partners reach the gateway; setup instructions show it")
    static let sourceRateLimit = Option(
        "source-rate-limit", .integer(in: 0...1_000_000), default: "0",
        "requests a second from one source; beyond it, 429; 0 for no limit")
    static let signUpLimit = Option(
        "signup-rate-limit", .integer(in: 0...1_000_000), default: "20",
        "sign-ups a minute through the widget from one address (one /64 of IPv6); beyond it, 429; 0 for no limit"
    )
    static let logLevel = Option(
        "log-level", .choice(Log.Level.self), default: "info", "the lowest level that is logged")

    private static let timeout = Kind<Duration>.duration(in: .milliseconds(1)...(.seconds(86_400)))

    static func run(_ context: Context) throws -> ExitCode {
        let untilStopped = context.world.takeSignals()
        let log = Log(level: context[logLevel], clock: context.clock, to: .standardError())
        var configuration = configuration(
            context, database: context[Common.database], keyFile: context[Common.keyFile])
        fit(&configuration, toDescriptors: DescriptorLimit.raise(), log)
        let gateway: Gateway
        do throws(GatewayError) {
            gateway = try Gateway(configuration, clock: context.clock, log: log)
        } catch {
            throw Ports.failure(configuration.address, error)
        }
        // Only after the gateway has the database: one that another gateway serves is left
        // unchanged.
        try FirstKey.makeAccount(in: configuration.database, context)
        let port: UInt16
        do { port = try gateway.start() } catch {
            throw Ports.failure(configuration.address, error)
        }
        for warning in Files.permissionWarnings(configuration.database) {
            log.warning("other users can read files of the database", ["reason": .string(warning)])
        }
        log.info(
            "serving",
            [
                "address": .string(configuration.address.host), "port": .integer(Int(port)),
                "database": .string(configuration.database),
            ])
        do { try FirstKey.offer(in: configuration.database, context, log) } catch {
            gateway.stop()
            throw error
        }
        untilStopped()
        log.info("stopping")
        gateway.stop()
        log.info("stopped")
        return .ok
    }

    private static func fit(
        _ configuration: inout Configuration, toDescriptors limit: Int, _ log: Log
    ) {
        let asked = configuration.limits.maxConnections
        configuration.fit(toDescriptors: limit)
        let connections = configuration.limits.maxConnections
        if connections == asked {
            log.info(
                "the open-file limit suffices",
                ["open_files": .integer(limit), "max_connections": .integer(connections)])
        } else {
            log.warning(
                "fewer connections than --max-connections: raise the open-file limit (ulimit -Hn)",
                [
                    "open_files": .integer(limit), "max_connections": .integer(connections),
                    "asked": .integer(asked),
                ])
        }
    }

    private static func configuration(
        _ context: Context, database: String, keyFile: String?
    ) -> Configuration {
        var limits = ServerLimits()
        limits.maxBody = context[maxBody]
        limits.maxHeader = context[maxHeader]
        limits.headerTimeout = context[headerTimeout]
        limits.bodyTimeout = context[bodyTimeout]
        limits.idleTimeout = context[idleTimeout]
        limits.maxConnections = context[maxConnections]
        limits.maxConnectionsPerPeer = context[maxConnectionsPerPeer]
        limits.maxBuffered = context[maxBuffered]
        limits.maxInFlight = context[maxInFlight]
        var queue = WriteQueue.Limits()
        queue.waiting = limits.maxInFlight
        var configuration = Configuration(
            database: database, address: context[listen], limits: limits, queue: queue,
            keyFile: keyFile, sourceRateLimit: context[sourceRateLimit],
            zonePath: context[Common.zoneinfo], destinations: Common.destinations(context))
        configuration.rateLimit = context[rateLimit]
        configuration.peerRateLimit = context[peerRateLimit]
        configuration.trustedProxies = context[trustedProxies] ?? []
        configuration.publicURL = context[publicURL]
        configuration.signUpLimit = context[signUpLimit]
        configuration.paidPlanFor = Set(context[Common.paidPlanFor])
        return configuration
    }
}
