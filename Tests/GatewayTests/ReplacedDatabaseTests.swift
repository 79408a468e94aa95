import Database
import Foundation
import Glibc
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

/// A database that is taken away under a gateway, in whatever way.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ReplacedDatabaseTests {
    enum Way: CaseIterable {
        case removed, replaced, logRemoved, logReplaced, indexRemoved, folderMoved, linkTurned
        case emptied, overwritten
    }

    private struct Scene {
        let database: ScratchDatabase
        /// What the process is told; below a folder of its own, through a symbolic link.
        let path: String
        let folder: String
        let server: ServeProcess
        let sender: Sender
        let key: String

        init() throws {
            database = try ScratchDatabase()
            try database.apply(DeclaredWorkspace(coupons: 400, leads: 400, referrers: 400))
            key = try database.makeKey()
            folder = database.folder.appending(path: "served").path
            path = database.folder.appending(path: "current").path
            let files = FileManager.default
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for suffix in ["", ".key"] {
                try files.copyItem(
                    atPath: database.path + suffix, toPath: folder + "/refgate.db" + suffix)
            }
            try files.createSymbolicLink(
                atPath: path, withDestinationPath: folder + "/refgate.db")
            server = try ServeProcess(
                database, path: path, flags: ["--key-file", database.path + ".key"])
            sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        }

        func take(_ way: Way) throws {
            let files = FileManager.default
            let file = folder + "/refgate.db"
            switch way {
            case .removed: try files.removeItem(atPath: file)
            case .replaced: rename(database.path, file)
            case .logRemoved: try files.removeItem(atPath: file + "-wal")
            case .logReplaced:
                try Data().write(to: URL(filePath: file + "-new"))
                rename(file + "-new", file + "-wal")
            case .indexRemoved: try files.removeItem(atPath: file + "-shm")
            case .folderMoved: try files.moveItem(atPath: folder, toPath: folder + "-moved")
            case .linkTurned:
                try files.removeItem(atPath: path)
                try files.createSymbolicLink(
                    atPath: path, withDestinationPath: database.path)
            case .emptied: try overwrite(file, with: Data())
            case .overwritten:
                let other = try ScratchDatabase()
                try other.apply(DeclaredWorkspace(coupons: 1, leads: 1, referrers: 1))
                try overwrite(file, with: Data(contentsOf: URL(filePath: other.path)))
            }
        }

        /// Writes as `cp` does: into the same file, which is emptied before.
        private func overwrite(_ file: String, with content: Data) throws {
            let size = try #require(
                FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
            try #require(content.count < size)
            let handle = try FileHandle(forWritingTo: URL(filePath: file))
            defer { try? handle.close() }
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: content)
        }
    }

    @Test(arguments: Way.allCases)
    func `it is noticed within a second, and nothing is accepted any more`(_ way: Way) throws {
        let scene = try Scene()
        let client = try scene.server.connect()
        var number = 0
        func post() throws -> ServerResponse {
            number += 1
            return try client.post(
                Message(code: "LEAD-\(number % 400)"), id: "m\(number)", from: scene.sender)
        }
        #expect(try post().outcome == "rewarded")
        try scene.take(way)
        let start = ContinuousClock.now
        var last = try post()
        while last.code != "storage_replaced", ContinuousClock.now - start < .seconds(10) {
            last = try post()
        }
        #expect(ContinuousClock.now - start < .seconds(1))
        for _ in 0..<3 {
            #expect(last.status == 503)
            #expect(last.code == "storage_replaced")
            #expect(Int(last[field: "retry-after"] ?? "") ?? 0 > 0)
            last = try post()
        }
        let key = ["x-api-key", "content-type"].map {
            ($0, $0 == "x-api-key" ? scene.key : "application/json")
        }
        for (method, path, body) in [
            ("GET", "/readyz", nil), ("GET", "/api/v1/participants", nil),
            ("POST", "/api/v1/participants", #"{"campaign":1,"email":"new@example.com"}"#),
        ] {
            let response = try client.request(method, path, key, body: body.map { Array($0.utf8) })
            #expect(response.status == 503, "\(method) \(path)")
            #expect(response.code == "storage_replaced", "\(method) \(path)")
        }
        #expect(try client.request("GET", "/healthz").status == 200)
        scene.server.terminate()
        #expect(scene.server.waitForEnd() == 0)
        let lines = scene.server.said.split(separator: "\n")
        #expect(lines.count { $0.contains("the database file was replaced or removed: ") } == 1)
        #expect(lines.count { $0.contains("a transaction failed") } <= 2, "\(scene.server.said)")
    }

    @Test func `a file that comes back is not trusted, and the next start serves it`() throws {
        let scene = try Scene()
        let client = try scene.server.connect()
        let file = scene.folder + "/refgate.db"
        rename(file, file + "-away")
        var number = 0
        repeat {
            number += 1
        } while try client.post(Message(code: "LEAD-1"), id: "m\(number)", from: scene.sender)
            .status == 200
        rename(file + "-away", file)
        let response = try client.post(Message(code: "LEAD-1"), id: "again", from: scene.sender)
        #expect(response.code == "storage_replaced")
        scene.server.terminate()
        #expect(scene.server.waitForEnd() == 0)
        let next = try ServeProcess(
            scene.database, path: scene.path,
            flags: ["--key-file", scene.database.path + ".key"])
        let done = try next.connect().post(Message(code: "LEAD-1"), id: "again", from: scene.sender)
        #expect(done.status == 200)
        // What was acknowledged before is there.
        let kept = try Connection(path: file, mode: .readWrite)
        #expect(try kept.integer("SELECT count(*) FROM events") == Int64(number))
    }

    @Test func `the end of a gateway takes no log from the database that replaced its own`() throws
    {
        let scene = try Scene()
        let file = scene.folder + "/refgate.db"
        // Another one in use, whose log holds what its file does not.
        let other = try Store.connect(scene.database.path, for: .existing)
        try other.execute("PRAGMA wal_autocheckpoint=0; UPDATE accounts SET name = 'Other'")
        for suffix in ["", "-wal", "-shm"] { rename(scene.database.path + suffix, file + suffix) }
        let client = try scene.server.connect()
        var number = 0
        repeat {
            number += 1
        } while try client.post(Message(code: "LEAD-1"), id: "m\(number)", from: scene.sender)
            .status == 200
        scene.server.terminate()
        #expect(scene.server.waitForEnd() == 0)
        #expect(FileManager.default.fileExists(atPath: file + "-wal"))
        let copy = scene.database.folder.appending(path: "copy.db").path
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: file + suffix, toPath: copy + suffix)
        }
        #expect(
            try Connection(path: copy, mode: .readWrite).text("SELECT name FROM accounts")
                == "Other")
        withExtendedLifetime(other) {}
    }
}
