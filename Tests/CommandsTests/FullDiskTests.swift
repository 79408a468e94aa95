import Foundation
import TestSupport
import Testing

/// Commands that write to a database which cannot grow.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")))
struct FullDiskTests {
    private func run(
        _ arguments: [String], on database: ScratchDatabase, limit: Int
    ) throws -> RefgateRun {
        try RefgateRun(
            arguments + ["--db", database.path], wrapper: ["prlimit", "--fsize=\(limit)"])
    }

    private func file(_ declared: DeclaredWorkspace, _ database: ScratchDatabase) throws -> String {
        let file = database.folder.appending(path: "workspace.json")
        try Data(declared.text.utf8).write(to: file)
        return file.path
    }

    private func expectSaid(_ run: RefgateRun, _ database: ScratchDatabase) {
        #expect(run.status == 3)
        #expect(
            run.errors.contains(
                "\(database.path) cannot grow: the disk is full or the process has reached its file"
                    + " size limit"), "\(run.errors)")
        #expect(run.output == "")
    }

    @Test func `apply says that a new database finds no room, and is not killed`() throws {
        let database = try ScratchDatabase()
        let file = try file(DeclaredWorkspace(), database)
        expectSaid(try run(["apply", file], on: database, limit: 20_000), database)
    }

    @Test func `apply says that its rows find no room, and the retry applies them all`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let file = try file(DeclaredWorkspace(leads: 4_000), database)
        expectSaid(try run(["apply", file], on: database, limit: 300_000), database)
        let again = try RefgateRun(["apply", file, "--db", database.path])
        #expect(again.status == 0)
        #expect(try database.count("SELECT count(*) FROM participants") == 4_001)
        #expect(try database.contradictions() == [])
    }

    @Test(arguments: [["keys", "create", "--name", "one"], ["serve", "--listen", "127.0.0.1:0"]])
    func `what makes a database says that it finds no room`(_ arguments: [String]) throws {
        let database = try ScratchDatabase()
        expectSaid(try run(arguments, on: database, limit: 20_000), database)
    }
}
