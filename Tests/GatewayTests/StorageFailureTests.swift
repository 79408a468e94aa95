import Database
import Foundation
import Gateway
import Glibc
import SQLite
import Sockets
import Storage
import Telemetry
import TestSupport
import Testing
import Time

/// Databases that cannot be used, at the start and while serving.
@Suite(.serialized) struct StorageFailureTests {
    /// Why a gateway does not start on a database, as the error says it.
    private func refusal(_ path: String) -> DatabaseError? {
        do {
            let gateway = try Gateway(
                Configuration(database: path, address: Address(ipv4: 0x7F00_0001, port: 0)),
                log: .silent)
            gateway.stop()
            return nil
        } catch {
            guard case .database(let reason) = error else { return nil }
            return reason
        }
    }

    /// How the executable ends on a database, and what it says.
    private func ending(
        _ database: ScratchDatabase, wrapper: [String] = []
    ) -> ServeProcess.DidNotStart? {
        do {
            _ = try ServeProcess(database, wrapper: wrapper)
            return nil
        } catch {
            return error as? ServeProcess.DidNotStart
        }
    }

    // MARK: At the start

    @Test func `another program's database and a text file are named as not ours and left alone`()
        throws
    {
        for isText in [false, true] {
            let database = try ScratchDatabase()
            if isText {
                let text = String(repeating: "Dear diary, ", count: 100)
                try Data(text.utf8).write(to: URL(filePath: database.path))
            } else {
                try Connection(path: database.path, mode: .create)
                    .execute("CREATE TABLE diary(day TEXT); INSERT INTO diary VALUES ('Monday')")
            }
            let before = try Data(contentsOf: URL(filePath: database.path))
            #expect(refusal(database.path) == .notOurs(path: database.path))
            let end = try #require(ending(database))
            #expect(end.status == 3)
            #expect(end.said.contains("is not a refgate database"))
            #expect(try Data(contentsOf: URL(filePath: database.path)) == before)
            // No key was made beside it.
            let names = try FileManager.default.contentsOfDirectory(atPath: database.folder.path)
            #expect(names.filter { $0.contains("key") } == [])
        }
    }

    @Test func `a database of a newer release is named as newer and left alone`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        try Connection(path: database.path, mode: .readWrite).execute("PRAGMA user_version=99")
        guard case .newer(_, let found, let known)? = refusal(database.path) else {
            Issue.record("the gateway starts on a newer database")
            return
        }
        #expect(found == 99)
        #expect(known < 99)
        let end = try #require(ending(database))
        #expect(end.status == 3)
        #expect(end.said.contains("newer refgate"))
        #expect(try database.count("PRAGMA user_version") == 99)
    }

    @Test func `a folder that is not there is named`() throws {
        let database = try ScratchDatabase()
        let path = database.folder.appending(path: "no/such/refgate.db").path
        #expect(refusal(path) == .missing(path: path))
    }

    /// Root may write everywhere, so the process runs as nobody.
    private static let mayDropRights =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

    @Test(.enabled(if: mayDropRights), arguments: [true, false])
    func `a read-only file and a read-only folder are named as such`(_ isFile: Bool) throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        for name in try FileManager.default.contentsOfDirectory(atPath: database.folder.path) {
            let path = database.folder.appending(path: name).path
            _ = chown(path, 65534, 65534)
            if isFile, path == database.path { _ = chmod(path, 0o444) }
        }
        _ = chown(database.folder.path, 65534, 65534)
        if !isFile { _ = chmod(database.folder.path, 0o555) }
        defer { _ = chmod(database.folder.path, 0o755) }
        let end = try #require(
            ending(
                database,
                wrapper: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]))
        #expect(end.status == 3)
        #expect(end.said.contains("\(database.path) is not writable"), "\(end.said)")
    }

    // MARK: While serving

    /// Posts until the disk is full, makes room, and sends all of it again.
    private func fill(
        _ server: ServeProcess, limit: () throws -> Void, room: () throws -> Void
    ) throws {
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let client = try server.connect()
        func message(_ number: Int) -> String {
            // Long bodies fill the disk sooner.
            let text = Message(code: "LEAD-\(number)").text.dropLast()
            return text + ",\"note\":\"" + String(repeating: "x", count: 20_000) + "\"}"
        }
        var answers: [ServerResponse] = []
        for number in 0..<3 {
            answers.append(try client.post(message(number), id: "m\(number)", from: sender))
        }
        #expect(answers.allSatisfy { $0.outcome == "rewarded" })
        try limit()
        var number = 3
        while answers.last?.status == 200, number < 400 {
            answers.append(try client.post(message(number), id: "m\(number)", from: sender))
            number += 1
        }
        for _ in 0..<3 {
            answers.append(try client.post(message(number), id: "m\(number)", from: sender))
            number += 1
        }
        let refused = answers.filter { $0.status != 200 }
        #expect(refused.count >= 4)
        for answer in refused {
            #expect(answer.status == 503)
            #expect(answer.code == "storage_full")
            #expect(Int(answer[field: "retry-after"] ?? "") ?? 0 > 0)
        }
        #expect(try client.request("GET", "/healthz").status == 200)
        // Asked twice, since what stays as it was is not written.
        for _ in 0..<2 {
            let ready = try client.request("GET", "/readyz")
            #expect(ready.status == 503)
            #expect(ready.code == "storage_full")
            #expect(ready.json["error"] as? String == "The disk is full")
        }
        try room()
        for index in answers.indices {
            let again = try client.post(message(index), id: "m\(index)", from: sender)
            #expect(again.outcome == "rewarded")
            #expect(again.isDuplicate == (answers[index].status == 200), "\(index)")
        }
        #expect(try client.request("GET", "/readyz").status == 200)
    }

    private static let declared = DeclaredWorkspace(coupons: 450, leads: 450, referrers: 450)

    private static let hasPrlimit = FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")

    @Test(.enabled(if: hasPrlimit))
    func
        `case 21: at the file size limit the answer is 503, and the retry succeeds when it is raised`()
        throws
    {
        let database = try ScratchDatabase()
        try database.apply(Self.declared)
        let server = try ServeProcess(database)
        func limit(_ size: String) throws {
            let run = try FinishedProcess([
                "prlimit", "--pid", "\(server.identifier)", "--fsize=\(size)",
            ])
            #expect(run.status == 0)
        }
        try fill(server) {
            let log = try FileManager.default.attributesOfItem(atPath: database.path + "-wal")
            let size = (log[.size] as? Int ?? 0) + 200_000
            // The soft limit, so that it can be raised again.
            try limit("\(size):unlimited")
        } room: {
            try limit("unlimited:unlimited")
        }
        #expect(try database.contradictions() == [])
        server.terminate()
        #expect(server.waitForEnd() == 0)
    }

    /// A mount of the process's own, which ends with it.
    private static let mayMount: Bool = {
        guard geteuid() == 0 else { return false }
        let mount = try? FinishedProcess([
            "unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/mnt",
        ])
        return mount?.status == 0
    }()

    @Test(.rows("C18"), .enabled(if: mayMount))
    func `case 21: on a full disk the answer is 503, and the retry succeeds when there is room`()
        throws
    {
        let database = try ScratchDatabase()
        try database.apply(Self.declared)
        let disk = database.folder.appending(path: "disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        let script = """
            mount -t tmpfs -o size=16m none "$1" && cp "$2" "$2.key" "$1"/ && shift 2 && exec "$@"
            """
        let path = disk.appending(path: "refgate.db").path
        let server = try ServeProcess(
            database, path: path,
            wrapper: ["unshare", "-m", "sh", "-c", script, "sh", disk.path, database.path])
        // The process's view of the file system.
        let inside = "/proc/\(server.identifier)/root\(disk.path)"
        try fill(server) {
            let filler = open("\(inside)/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            defer { close(filler) }
            let piece = [UInt8](repeating: 1, count: 4096)
            while write(filler, piece, piece.count) == piece.count {}
        } room: {
            #expect(unlink("\(inside)/filler") == 0)
        }
        let copy = try ScratchDatabase()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: "\(inside)/refgate.db\(suffix)", toPath: copy.path + suffix)
        }
        #expect(try copy.contradictions() == [])
        server.terminate()
        #expect(server.waitForEnd() == 0)
    }
}
