import Foundation
import Gateway
import Glibc
import Sockets
import Telemetry
import TestSupport
import Testing

/// What the process of `refgate serve` owes to its machine: one for each database, no end by a stray signal,
/// no more connections than it may open.
@Suite(.serialized) struct ServingProcessTests {
    private func refused(_ database: ScratchDatabase, path: String) -> ServeProcess.DidNotStart? {
        do {
            _ = try ServeProcess(database, path: path)
            return nil
        } catch {
            return error as? ServeProcess.DidNotStart
        }
    }

    // MARK: One process for each database

    @Test func `a second serve on one database is refused by whatever path, naming the first`()
        throws
    {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let server = try ServeProcess(database)
        let symbolic = database.folder.appending(path: "symbolic.db").path
        let hard = database.folder.appending(path: "hard.db").path
        try FileManager.default.createSymbolicLink(
            atPath: symbolic, withDestinationPath: database.path)
        try FileManager.default.linkItem(atPath: database.path, toPath: hard)
        for path in [database.path, symbolic, hard] {
            let end = try #require(refused(database, path: path))
            #expect(end.status == 3)
            #expect(
                end.said.contains("\(path) is served already by process \(server.identifier)"),
                "\(end.said)")
        }
        #expect(try server.connect().request("GET", "/readyz").status == 200)
    }

    @Test func `a serve that was killed leaves no lock behind`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        for _ in 0..<3 {
            let server = try ServeProcess(database)
            server.killAtOnce()
            #expect(server.waitForEnd() == -Int(SIGKILL))
        }
        let server = try ServeProcess(database)
        server.terminate()
        #expect(server.waitForEnd() == 0)
    }

    @Test func `a gateway in the same process is refused, and let in when the first has stopped`()
        throws
    {
        let scene = try ScratchGateway()
        let second = Result { try ScratchGateway.serving(scene.database) }
        #expect(throws: (any Error).self) { try second.get() }
        guard case .failure(let error) = second else { return }
        #expect("\(error)".contains("is served already by process \(getpid())"), "\(error)")
        scene.stop()
        try ScratchGateway.serving(scene.database).stop()
    }

    @Test func `a gateway whose port is taken lets go of the database`() throws {
        let taken = try ScriptedReceiver { _ in .close }
        defer { taken.stop() }
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let refused = try Gateway(
            Configuration(
                database: database.path, address: Address(ipv4: 0x7F00_0001, port: taken.port)),
            log: .silent)
        #expect(throws: GatewayError.self) { try refused.start() }
        let other = try ScratchGateway.serving(database)
        other.stop()
        withExtendedLifetime(refused) {}
    }

    @Test func `other commands work beside a serve`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let server = try ServeProcess(database)
        let workspace = database.folder.appending(path: "workspace.json")
        try Data(DeclaredWorkspace(leads: 8).text.utf8).write(to: workspace)
        for arguments in [
            ["apply", workspace.path], ["keys", "create", "--name", "beside"], ["keys", "list"],
            ["backup", database.folder.appending(path: "copy.db").path], ["audit"],
        ] {
            let run = try RefgateRun(arguments + ["--db", database.path])
            #expect(run.status == 0, "\(arguments): \(run.errors)")
        }
        #expect(try server.connect().request("GET", "/readyz").status == 200)
    }

    // MARK: Signals

    @Test func `only the signals that ask for it end a serve`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let server = try ServeProcess(database)
        for signal in [
            SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXCPU,
            SIGXFSZ, SIGWINCH, SIGURG, SIGCHLD, SIGCONT, 16, 34, 64,
        ] {
            #expect(kill(server.identifier, signal) == 0)
            #expect(try server.connect().request("GET", "/healthz").status == 200, "\(signal)")
        }
        server.terminate()
        #expect(server.waitForEnd() == 0, "\(server.said)")
    }

    // MARK: Descriptors

    private static let hasPrlimit = FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")

    /// The soft and the hard limit of open files of a process.
    private func openFiles(_ process: pid_t) throws -> [String] {
        let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open") })
        return line.split(separator: " ").dropFirst(3).prefix(2).map(String.init)
    }

    @Test(.enabled(if: hasPrlimit))
    func `serve raises its descriptor limit and takes no more connections than fit it`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let server = try ServeProcess(database, wrapper: ["prlimit", "--nofile=64:256"])
        #expect(try openFiles(server.identifier) == ["256", "256"])
        #expect(server.said.contains(#""open_files":256,"max_connections":128,"asked":10000"#))
        // Each is known to be taken, by its answer; an idle one makes room for the next.
        var clients: [Client] = []
        for _ in 0..<200 {
            let client = try server.connect()
            let response = try client.request("GET", "/healthz")
            #expect([200, 503].contains(response.status))
            clients.append(client)
        }
        let open = try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(server.identifier)/fd")
        #expect(open.count < 200, "128 connections and what the gateway needs itself")
        clients.removeAll()
        let wide = try ScratchDatabase()
        try wide.apply(DeclaredWorkspace())
        let other = try ServeProcess(
            wide, flags: ["--max-connections", "100"], wrapper: ["prlimit", "--nofile=64:256"])
        #expect(other.said.contains(#""open_files":256,"max_connections":100}"#))
    }

    @Test(.enabled(if: hasPrlimit))
    func `without a descriptor left it waits, says so once, and goes on by itself`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let server = try ServeProcess(database)
        func limit(_ soft: Int) throws {
            let run = try FinishedProcess([
                "prlimit", "--pid", "\(server.identifier)", "--nofile=\(soft):",
            ])
            #expect(run.status == 0)
        }
        let files = "/proc/\(server.identifier)/fd"
        try limit(try FileManager.default.contentsOfDirectory(atPath: files).count + 2)
        let clients = try (0..<8).map { _ in try server.connect() }
        for client in clients { try client.write(Client.bytes("GET", "/healthz")) }
        let deadline = ContinuousClock.now + .seconds(20)
        let words = "no connection can be accepted"
        while !server.said.contains(words), ContinuousClock.now < deadline { sched_yield() }
        try limit(256)
        for client in clients { #expect(try client.read().status == 200) }
        #expect(server.said.split(separator: "\n").count { $0.contains(words) } == 1)
        server.terminate()
        #expect(server.waitForEnd() == 0)
    }
}
