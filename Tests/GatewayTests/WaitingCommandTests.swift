import Database
import Foundation
import Gateway
import Glibc
import Programmes
import SQLite
import Sockets
import TestSupport
import Testing
import Time

@testable import Storage

/// What commands say while they wait for a lock, and which signals end them.
@Suite(.serialized) struct WaitingCommandTests {
    /// A command that runs beside the test; what it says can be waited for.
    private final class Running {
        let process = Process()
        let output = Pipe()
        let errors = Pipe()

        init(_ arguments: [String]) throws {
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                ["--default-signal=HUP,USR1,XFSZ", ServeProcess.executable.path] + arguments
            process.standardOutput = output
            process.standardError = errors
            try process.run()
        }

        deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

        func send(_ signals: [CInt]) {
            for signal in signals { kill(process.processIdentifier, signal) }
        }

        /// Its exit status, or the negative number of the signal that ended it.
        func end() -> Int {
            process.waitUntilExit()
            let status = Int(process.terminationStatus)
            return process.terminationReason == .exit ? status : -status
        }

        /// What comes first from a pipe, up to a text that is waited for.
        static func read(_ pipe: Pipe, until words: String) -> String {
            var text = ""
            while !text.contains(words) {
                let data = pipe.fileHandleForReading.availableData
                guard !data.isEmpty else { break }
                text += String(decoding: data, as: UTF8.self)
            }
            return text
        }
    }

    private static let commands: [[String]] = [
        ["apply"], ["keys", "create", "--name", "k"], ["keys", "rename", "1", "--name", "k"],
        ["keys", "revoke", "1"], ["accounts", "rename", "1", "--name", "Other"],
    ]

    @Test(arguments: commands)
    func `a command that waits for the lock names its owner, and no stray signal ends it`(
        _ words: [String]
    ) throws {
        let database = try ScratchDatabase()
        let declared = DeclaredWorkspace(leads: 3)
        try database.apply(DeclaredWorkspace())
        _ = try database.makeKey()
        let file = database.folder.appending(path: "workspace.json")
        try Data(declared.text.utf8).write(to: file)
        let connection = try Store.connect(database.path, for: .existing)
        try connection.begin()
        let command = try Running(
            words + (words == ["apply"] ? [file.path] : []) + ["--db", database.path])
        let said = Running.read(command.errors, until: "\n")
        #expect(
            said.contains(
                "refgate: process \(getpid()) (\(Self.ownName)) holds the lock of"
                    + " \(database.path); waiting for it"), "\(said)")
        command.send([SIGHUP, SIGUSR1])
        connection.rollback()
        #expect(command.end() == 0)
    }

    private static let named =
        "INSERT INTO accounts(name, plan, created_at) VALUES ('Example Ltd', 'paid', 1)"

    private func expectNamedAccount(_ database: ScratchDatabase) throws {
        #expect(try database.count("SELECT count(*) FROM accounts") == 1)
        #expect(
            try database.count(
                "SELECT count(*) FROM accounts WHERE name = 'Example Ltd' AND plan = 'paid'") == 1)
    }

    @Test func `a key that waits while the account is made and named leaves it as it is`() throws {
        let database = try ScratchDatabase()
        let connection = try Store.connect(database.path, for: .writer)
        try connection.begin()
        let command = try Running(["keys", "create", "--name", "k", "--db", database.path])
        let said = Running.read(command.errors, until: "\n")
        #expect(said.contains("holds the lock"), "\(said)")
        try connection.execute(Self.named)
        try connection.commit()
        #expect(command.end() == 0)
        try expectNamedAccount(database)
    }

    @Test func `a gateway that waits while the account is made and named leaves it as it is`()
        throws
    {
        let database = try ScratchDatabase()
        let other = try Store.connect(database.path, for: .writer)
        try other.begin()
        let connection = try Store.connect(
            database.path, for: .existing,
            whenWaiting: {
                try? other.execute(Self.named)
                try? other.commit()
            })
        let store = try Store(connection)
        #expect(try store.catalog.accountMadeIfNone(at: WallClock.system.now()) == 1)
        try expectNamedAccount(database)
    }

    @Test func `many first runs of apply at once all succeed, and make one account`() throws {
        for _ in 1...2 {
            let database = try ScratchDatabase()
            let file = database.folder.appending(path: "workspace.json")
            try Data(DeclaredWorkspace().text.utf8).write(to: file)
            let runs = try (1...8).map { _ in
                try Running(["apply", file.path, "--db", database.path])
            }
            for run in runs {
                let status = run.end()
                #expect(status == 0, "\(Running.read(run.errors, until: "\n"))")
            }
            #expect(try database.count("SELECT count(*) FROM accounts") == 1)
        }
    }

    /// Without its account, the database is what a process sees that looked for the account just before another
    /// one made it, and for the campaigns just after.
    @Test func `what is declared between two looks is no other account's`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(leads: 2))
        try database.execute("PRAGMA foreign_keys=OFF; DELETE FROM accounts")
        let report = try database.apply(DeclaredWorkspace(leads: 2))
        #expect(report.campaigns.unchanged == 1)
        #expect(try database.count("SELECT count(*) FROM accounts") == 1)
    }

    private static var ownName: String {
        let text = try? String(contentsOfFile: "/proc/self/comm", encoding: .utf8)
        return text?.split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test func `a command that waits too long ends with an error`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let connection = try Store.connect(database.path, for: .existing)
        try connection.begin()
        defer { connection.rollback() }
        let run = try RefgateRun(["keys", "create", "--name", "k", "--db", database.path])
        #expect(run.status == 3)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(run.errors)")
        #expect(lines.last?.contains("is locked by another process") == true)
    }

    @Test(arguments: [
        ["listen", "--port", "0"], ["demo", "--listen", "127.0.0.1:0"],
    ])
    func `hanging up ends no command that serves`(_ arguments: [String]) throws {
        let command = try Running(arguments)
        let said = Running.read(
            command.output, until: arguments[0] == "demo" ? "curl" : "until interrupted")
        try #require(!said.isEmpty)
        command.send([SIGHUP, SIGUSR1, SIGUSR2])
        // Both are pending before the one that asks it to end.
        command.send([SIGTERM])
        let status = command.end()
        #expect(status == 0, "\(arguments): \(status)")
    }
}
