import Foundation
import TestSupport
import Testing

/// Commands that only read do not change the database.
@Suite struct ReadingCommandTests {
    private static let reading = [
        ["audit", "--json"], ["explain", "--code", "LEAD-0"], ["keys", "list"],
    ]

    private func names(_ database: ScratchDatabase) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: database.folder.path)
            .sorted()
    }

    @Test(arguments: reading)
    func `without the key file they work, and make none`(_ words: [String]) throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        try FileManager.default.removeItem(atPath: database.path + ".key")
        let before = try Data(contentsOf: URL(filePath: database.path))
        let run = try RefgateRun(words + ["--db", database.path])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Data(contentsOf: URL(filePath: database.path)) == before)
        #expect(try names(database) == ["refgate.db"])
    }

    @Test(arguments: reading)
    func `without a database they say so, and make nothing`(_ words: [String]) throws {
        let database = try ScratchDatabase()
        let run = try RefgateRun(words + ["--db", database.path])
        #expect(run.status == 3)
        #expect(run.errors.contains("\(database.path) cannot be opened"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: database.folder.path) == [])
    }
}
