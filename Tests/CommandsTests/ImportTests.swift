import Foundation
import Invocation
import TestSupport
import Testing

/// The commands that import past conversions and rewards.
@Suite struct ImportTests {
    private let folder: TestFolder
    private let database: ScratchDatabase

    init() throws {
        folder = try TestFolder()
        database = try ScratchDatabase()
        try database.apply(
            DeclaredWorkspace(
                rewards: [["kind": "cash", "value": ["amount": 500, "currency": "USD"]]], leads: 2))
    }

    private func run(_ what: String, _ csv: String, _ options: String...) throws -> CommandRun {
        try folder.write(csv, to: "past.csv")
        return CommandRun(
            ["import", what, "\(folder.path)/past.csv", "--campaign", "1", "--db", database.path]
                + options)
    }

    @Test func `a file is imported once, and the audit finds nothing`() throws {
        let csv =
            "email,business_key,amount,currency,occurred_at\n"
            + "lead0@example.com,o-1,900,USD,2025-01-01T00:00:00Z\n"
        let trial = try run("conversions", csv, "--dry-run")
        #expect(trial.code == .ok, "\(trial.errors)")
        #expect(try database.count("SELECT count(*) FROM conversions") == 0)
        let first = try run("conversions", csv)
        #expect(first.code == .ok, "\(first.errors)")
        #expect(first.output == "1 added, 0 unchanged, 0 skipped\n")
        let again = try run("conversions", csv)
        #expect(again.output == "0 added, 1 unchanged, 0 skipped\n", "\(again.errors)")
        let given = try run(
            "rewards", "email,issued_at\nref0@example.com,2025-01-02T00:00:00Z\n")
        #expect(given.code == .ok, "\(given.errors)")
        #expect(try database.rows("SELECT status FROM rewards") == ["issued"])
        #expect(try database.contradictions() == [])
    }

    @Test func `bad rows prevent all, or are skipped where asked`() throws {
        let csv =
            "email,occurred_at\nlead0@example.com,2025-01-01\n"
            + "lead1@example.com,2025-01-01T00:00:00Z\nghost@example.com,2025-01-01T00:00:00Z\n"
        let refused = try run("conversions", csv)
        #expect(refused.code == .failed)
        #expect(refused.errors.contains("past.csv:2:19: "), "\(refused.errors)")
        #expect(refused.errors.hasSuffix("nothing was imported\n"))
        let skipped = try run("conversions", csv, "--skip-errors")
        #expect(skipped.code == .ok, "\(skipped.errors)")
        #expect(skipped.output == "1 added, 0 unchanged, 2 skipped\n")
        #expect(skipped.errors.contains("past.csv:4: No participant of campaign 1"))
    }

    @Test func `a campaign that is not there is named`() throws {
        try folder.write("email,occurred_at\n", to: "past.csv")
        let run = CommandRun([
            "import", "conversions", "\(folder.path)/past.csv", "--campaign", "7", "--db",
            database.path,
        ])
        #expect(run.code == .failed)
        #expect(run.errors.contains("there is no campaign 7"), "\(run.errors)")
    }
}
