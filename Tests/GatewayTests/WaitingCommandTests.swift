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
    /// Starts a command that runs beside the test.
    private func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            [ServeProcess.executable.path] + arguments, output: .pipe, errors: .pipe)
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
        let command = try start(
            words + (words == ["apply"] ? [file.path] : []) + ["--db", database.path])
        let said = command.errors.line() ?? ""
        #expect(
            said.contains(
                "refgate: process \(getpid()) (\(Self.ownName)) holds the lock of"
                    + " \(database.path); waiting for it"), "\(said)")
        for signal in [SIGHUP, SIGUSR1] { command.signal(signal) }
        connection.rollback()
        #expect(command.waitForEnd() == 0)
    }

    private static let named =
        """
        INSERT INTO accounts(name, plan, created_at) VALUES ('Example Ltd', 'paid', 1);
        INSERT INTO accounts(name, plan, created_at, mode, live_id)
            SELECT name, plan, 1, 'test', id FROM accounts;
        """

    private func expectNamedAccount(_ database: ScratchDatabase) throws {
        #expect(
            try database.rows("SELECT name, plan, mode FROM accounts ORDER BY id", columns: 3)
                == ["Example Ltd|paid|live", "Example Ltd|paid|test"])
    }

    @Test func `a key that waits while the account is made and named leaves it as it is`() throws {
        let database = try ScratchDatabase()
        let connection = try Store.connect(database.path, for: .writer)
        try connection.begin()
        let command = try start(["keys", "create", "--name", "k", "--db", database.path])
        let said = command.errors.line() ?? ""
        #expect(said.contains("holds the lock"), "\(said)")
        try connection.execute(Self.named)
        try connection.commit()
        #expect(command.waitForEnd() == 0)
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
                try start(["apply", file.path, "--db", database.path])
            }
            for run in runs {
                let status = run.waitForEnd()
                #expect(status == 0, "\(run.errors.rest())")
            }
            #expect(try database.count("SELECT count(*) FROM accounts WHERE mode = 'live'") == 1)
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
        #expect(try database.count("SELECT count(*) FROM accounts WHERE mode = 'live'") == 1)
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
        let command = try start(arguments)
        let words = arguments[0] == "demo" ? "curl" : "until interrupted"
        try #require(command.output.text(through: words).hasSuffix(words))
        for signal in [SIGHUP, SIGUSR1, SIGUSR2] { command.signal(signal) }
        // Both are pending before the one that asks it to end.
        command.signal(SIGTERM)
        let status = command.waitForEnd()
        #expect(status == 0, "\(arguments): \(status)")
    }
}
