import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct BackupTests {
    @Test
    func `a gateway that is serving is copied whole, and the answer names what the copy lacks`()
        throws
    {
        let folder = try TestFolder()
        let copy = "\(folder.path)/copy.db"
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            _ = try scene.post(Message(code: "LEAD-0", order: "o1"), id: "e1")
            // Another writer holds the write lock; the backup does not need it.
            let run = try scene.whileLocked {
                CommandRun("backup", copy, "--db", scene.database.path, "--json")
            }
            #expect(run.code == .ok, "\(run.errors)")
            #expect(run.json["events"] as? Int == 1)
            #expect(run.json["participants"] as? Int == 2)
            #expect(run.json["key_file_not_included"] as? String == scene.database.path + ".key")
            _ = try scene.post(Message(code: "LEAD-0", order: "o2"), id: "e2")
            let key = try Data(contentsOf: URL(filePath: scene.database.path + ".key"))
            #expect(
                FileManager.default.createFile(
                    atPath: copy + ".key", contents: key,
                    attributes: [.posixPermissions: 0o600]))
        }
        let audit = CommandRun("audit", "--db", copy, "--json")
        #expect(audit.code == .ok, "\(audit.output)")
        #expect(audit.json["events"] as? Int == 1)
        #expect(audit.json["rewards"] as? Int == 1)
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `an existing file is never overwritten, and a failure leaves nothing`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let folder = try TestFolder()
        let taken = try folder.write("precious", to: "taken.db")
        let run = CommandRun("backup", taken, "--db", database.path)
        #expect(run.code == .environment)
        #expect(run.errors.contains("exists already"))
        #expect(try folder.read("taken.db") == "precious")
        let nowhere = CommandRun("backup", "\(folder.path)/none/copy.db", "--db", database.path)
        #expect(nowhere.code == .environment)
        let missing = CommandRun("backup", "\(folder.path)/b.db", "--db", "\(folder.path)/a.db")
        #expect(missing.code == .environment)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken.db"])
    }

    @Test func `a damaged database makes no copy`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace(coupons: 400, leads: 400))
        let bytes = try Data(contentsOf: URL(filePath: database.path))
        // The root pages of tables and indexes, after the first page with the schema.
        var broken = bytes
        for page in 20..<30 where broken.count > (page + 1) * 4096 {
            broken.replaceSubrange(
                page * 4096..<page * 4096 + 64, with: Data(repeating: 9, count: 64))
        }
        try broken.write(to: URL(filePath: database.path))
        let folder = try TestFolder()
        let run = CommandRun("backup", "\(folder.path)/copy.db", "--db", database.path)
        #expect(run.code != .ok)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
