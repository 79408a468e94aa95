import Database
import Foundation
import TestSupport
import Testing

/// The PostgreSQL spelling of every statement, read by the parser of the PostgreSQL server.
@Suite(.enabled(if: ForeignPackages.areToBeAsked)) struct PostgresSpellingTests {
    /// The files whose statements are for SQLite alone. They go to the connection directly.
    private static let engineFiles = [
        "Store+Opening", "DatabaseFile", "FileCheck", "Backup", "LogMove",
    ]

    @Test func `PostgreSQL reads every statement as SQLite does`() throws {
        let recorded = try Self.recorded()
        let literals = try Self.literals()
        let ran = recorded.map { StatementText.reduced($0.sqlite) }
        let unseen = literals.filter { literal in
            !literal.isWhole && !ran.contains { literal.matches($0) }
        }
        #expect(unseen.map { "\($0.file): \($0.text)" } == [], "EveryStatement has to run these.")
        let texts = Set(recorded.map { StatementText.reduced($0.postgres) })
            .union(literals.filter(\.isWhole).map(\.text)).sorted()
        #expect(texts.count > 250)
        let faults = try ForeignPackages.postgresFaults(in: texts)
        for (text, fault) in zip(texts, faults) {
            #expect(fault == nil, "\(text)")
        }
    }

    @Test func `no statement for SQLite alone goes through a session`() throws {
        let words = ["PRAGMA", "VACUUM", "sqlite_"]
        let found = try Self.recorded().map(\.postgres).filter { text in
            words.contains { text.contains($0) }
        }
        #expect(found == [])
    }

    @Test(arguments: [
        "SELECT max(first, ?1) FROM erasures", "SELECT 1 FROM events WHERE outcome IS NOT 'parked'",
        "SELECT id FROM events WHERE has_referred", "SELECT x'00'", "SELECT \"points\"",
        "UPDATE rewards SET amount = amount = 1", "SELECT randomblob(8)", "SELECT changes()",
        "SELECT id FROM events WHERE body GLOB 'a*'", "SELECT id FROM events WHERE +source = ?1",
        "INSERT INTO meta(name, value) VALUES (?1, 1) ON CONFLICT DO UPDATE SET value = 1",
        "INSERT OR IGNORE INTO meta(name) VALUES (?1)", "SELECT rowid FROM events",
        "SELECT 1 FROM claims CROSS JOIN events ON events.id = claims.ref",
        "SELECT id FROM events LIMIT ?",
    ])
    func `a statement that only SQLite reads so has a fault`(_ text: String) throws {
        #expect(try ForeignPackages.postgresFaults(in: [text]) != [nil])
    }

    private static func recorded() throws -> Set<SQL> {
        let recorder = StatementRecorder()
        try EveryStatement(Scratch(recorder: recorder)).run()
        return recorder.statements
    }

    /// The statements in the source code of the storage.
    private static func literals() throws -> [StatementText] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/Storage")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
            path in
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            return path.hasSuffix(".swift") && !name.hasPrefix("Schema")
                && !engineFiles.contains(name)
        }
        return try paths.sorted().flatMap { path in
            StatementText.all(
                in: try String(contentsOf: folder.appending(path: path), encoding: .utf8),
                file: path)
        }
    }
}
