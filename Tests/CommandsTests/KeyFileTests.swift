import Database
import Foundation
import Gateway
import Invocation
import Programmes
import SQLite
import Storage
import TestSupport
import Testing
import Time

@testable import Storage

/// The key of stored secrets: its creation, and the detection of a wrong one.
@Suite struct KeyFileTests {
    private func applied() throws -> (folder: TestFolder, database: String, file: String) {
        let folder = try TestFolder()
        let file = try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let database = "\(folder.path)/refgate.db"
        let run = CommandRun("apply", file, "--db", database)
        #expect(run.code == .ok, "\(run.errors)")
        return (folder, database, file)
    }

    private func names(in folder: TestFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// The sealed values, and the numbers of keys, accounts and versions.
    private func state(_ database: String) throws -> [String] {
        let connection = try Connection(path: database, mode: .readWrite)
        return try [
            "SELECT group_concat(hex(secrets)) FROM sources",
            "SELECT group_concat(hex(secrets)) FROM webhooks",
            "SELECT count(*) FROM api_keys", "SELECT count(*) FROM source_versions",
            "SELECT value FROM meta WHERE name = 'key_check'",
        ].map { try connection.text($0) ?? "" }
    }

    private func write(_ key: [UInt8], _ path: String) {
        _ = FileManager.default.createFile(
            atPath: path, contents: Data((Data(key).base64EncodedString() + "\n").utf8),
            attributes: [.posixPermissions: 0o600])
    }

    @Test(arguments: ["apply", "serve"])
    func `another key or none is refused before anything is written`(_ command: String) throws {
        let (folder, database, file) = try applied()
        let before = try state(database)
        let files = try names(in: folder)
        let words =
            command == "apply"
            ? ["apply", file, "--db", database]
            : ["serve", "--db", database, "--listen", "127.0.0.1:0"]
        let absent = CommandRun(words + ["--key-file", "\(folder.path)/none.key"])
        #expect(absent.code == .environment)
        #expect(absent.errors.contains("\(folder.path)/none.key is missing"), "\(absent.errors)")
        #expect(try names(in: folder) == files)
        write([UInt8](repeating: 7, count: 32), "\(folder.path)/other.key")
        let other = CommandRun(words + ["--key-file", "\(folder.path)/other.key"])
        #expect(other.code == .environment)
        #expect(other.errors.contains("contains another key"), "\(other.errors)")
        #expect(try state(database) == before)
    }

    @Test func `a restored backup without its key makes none`() throws {
        let (folder, database, file) = try applied()
        let copy = "\(folder.path)/copy.db"
        #expect(CommandRun("backup", copy, "--db", database).code == .ok)
        for words in [["apply", file], ["serve", "--listen", "127.0.0.1:0"]] {
            let run = CommandRun(words + ["--db", copy])
            #expect(run.code == .environment)
            #expect(run.errors.contains("put a copy of the key file there"), "\(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: copy + ".key"))
        let right = CommandRun("apply", file, "--db", copy, "--key-file", database + ".key")
        #expect(right.code == .ok, "\(right.errors)")
    }

    @Test func `a database of an older release takes the key that opens what it has sealed`() throws
    {
        let (folder, database, file) = try applied()
        try Connection(path: database, mode: .readWrite)
            .execute("DELETE FROM meta WHERE name = 'key_check'")
        write([UInt8](repeating: 7, count: 32), "\(folder.path)/other.key")
        for key in ["other.key", "none.key"] {
            let run = CommandRun(
                "apply", file, "--db", database, "--key-file", "\(folder.path)/\(key)")
            #expect(run.code == .environment, "\(run.output)")
        }
        #expect(try state(database)[4] == "")
        #expect(CommandRun("apply", file, "--db", database).code == .ok)
        #expect(try state(database)[4] != "")
    }

    @Test func `an empty key file is filled where nothing is sealed, else its copy is asked for`()
        throws
    {
        let (folder, database, file) = try applied()
        try Data().write(to: URL(filePath: database + ".key"))
        chmod(database + ".key", 0o600)
        let sealed = CommandRun("apply", file, "--db", database)
        #expect(sealed.code == .environment)
        #expect(sealed.errors.contains("is missing or empty"), "\(sealed.errors)")
        let fresh = try TestFolder()
        let key = try fresh.write("", to: "new.db.key")
        chmod(key, 0o600)
        let run = CommandRun("apply", file, "--db", "\(fresh.path)/new.db")
        #expect(run.code == .ok, "\(run.errors)")
        #expect(
            Data(base64Encoded: try fresh.read("new.db.key").dropLast().description)?.count == 32)
        #expect(try names(in: fresh) == ["new.db", "new.db.key"])
        let cut = try TestFolder()
        chmod(try cut.write("AAAA", to: "cut.db.key"), 0o600)
        let short = CommandRun("apply", file, "--db", "\(cut.path)/cut.db")
        #expect(short.code == .environment)
        #expect(short.errors.contains("remove the file"), "\(short.errors)")
        withExtendedLifetime(folder) {}
    }

    @Test func `first starts at once agree on one key`() async throws {
        for _ in 0..<10 {
            let folder = try TestFolder()
            let path = "\(folder.path)/refgate.db"
            _ = try Store.connect(path, for: .writer)
            let boxes = try await withThrowingTaskGroup(of: SecretBox.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let store = try Store.open(path, for: .writer)
                        return try SecretBox(keyFile: path + ".key", for: store)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let sealed = try boxes[0].seal([1, 2, 3], for: "here")
            for box in boxes { #expect(try box.open(sealed, for: "here") == [1, 2, 3]) }
            #expect(!(try names(in: folder)).contains { $0.hasPrefix(".") })
        }
    }

    @Test func `a dry run makes nothing, and compares the key`() throws {
        let folder = try TestFolder()
        let file = try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let run = CommandRun("apply", file, "--db", "\(folder.path)/refgate.db", "--dry-run")
        #expect(run.code == .ok, "\(run.errors)")
        #expect(run.output.contains("participants: 2 added"))
        #expect(try names(in: folder) == ["workspace.json"])
        let (other, database, declared) = try applied()
        write([UInt8](repeating: 7, count: 32), "\(other.path)/other.key")
        let refused = CommandRun(
            "apply", declared, "--db", database, "--dry-run", "--key-file",
            "\(other.path)/other.key")
        #expect(refused.code == .environment)
        try Connection(path: database, mode: .readWrite)
            .execute("DELETE FROM meta WHERE name = 'key_check'")
        #expect(CommandRun("apply", declared, "--db", database, "--dry-run").code == .ok)
        #expect(try state(database)[4] == "")
    }

    private func mode(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.posixPermissions] as? Int ?? 0
    }

    @Test func `database, log and key are their owner's, and where they are not it is said`() throws
    {
        let (folder, database, file) = try applied()
        #expect(mode(database) == 0o600)
        #expect(mode(database + ".key") == 0o600)
        let store = try Store.open(database, for: .writer)
        try store.write { _ in try store.catalog.set(meta: "test", to: "x") }
        #expect(mode(database + "-wal") == 0o600)
        #expect(mode(database + "-shm") == 0o600)
        #expect(!CommandRun("apply", file, "--db", database).errors.contains("warning"))
        chmod(database, 0o644)
        let run = CommandRun("apply", file, "--db", database)
        #expect(run.code == .ok)
        #expect(
            run.errors.contains("warning: \(database) can be read by users other than its owner"),
            "\(run.errors)")
        withExtendedLifetime((store, folder)) {}
    }

    @Test func `a draft that a crash left stands in no way`() throws {
        let (folder, database, _) = try applied()
        let copy = "\(folder.path)/copy.db"
        for leftover in ["copy.db.part", ".copy.db.AAAAAA", "out/.events.csv.BBBBBB"] {
            try folder.write("half", to: leftover)
        }
        let run = CommandRun("backup", copy, "--db", database)
        #expect(run.code == .ok, "\(run.errors)")
        let export = CommandRun("export", "--db", database, "--folder", "\(folder.path)/out")
        #expect(export.code == .ok, "\(export.errors)")
        // One existing file prevents writing all of them.
        try FileManager.default.removeItem(atPath: "\(folder.path)/out/participants.csv")
        let again = CommandRun("export", "--db", database, "--folder", "\(folder.path)/out")
        #expect(again.code == .environment)
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/out")
        #expect(left.count == ExportTable.Kind.allCases.count, "\(left)")
    }
}
