import Database
import Foundation
import SQLite
import TestSupport
import Testing
import Time

@testable import Storage

/// Every statement of the program is planned by SQLite on the current schema, so that none of them takes
/// longer the more rows there are without somebody having said why it may.
@Suite(.serialized) struct StatementPlanTests {
    @Test func `no statement walks along a table that grows, but for those with a reason`() throws {
        let database = try ScratchDatabase()
        let connection = try Store.connect(database.path, for: .writer)
        let literals = try Self.literals()
        var unused = Set(PlanExemption.all.map { $0.file + ": " + $0.beginning })
        var faults: [String] = []
        for statement in try Self.statements(literals) {
            let plan: QueryPlan
            do { plan = try QueryPlan(statement.text, connection) } catch {
                faults.append("\(statement.file): \(statement.text): \(error)")
                continue
            }
            let found = plan.faults(growing: try Self.growing(connection))
            guard !found.isEmpty else { continue }
            if let exemption = PlanExemption.of(statement.text, in: statement.file) {
                unused.remove(exemption.file + ": " + exemption.beginning)
            } else {
                faults.append("\(statement.file): \(statement.text): \(found)")
            }
        }
        #expect(faults == [])
        #expect(unused == [], "No statement needs these exemptions.")
    }

    @Test func `no statement is put together by appending to it`() throws {
        let appended = try Self.sources().flatMap { file in
            StatementText.clauses(in: file.text).map { "\(file.path): \($0)" }
        }
        #expect(appended == [])
        #expect(try Self.literals().filter(\.isContinued).map { "\($0.file): \($0.text)" } == [])
    }

    @Test func `a statement put together from parts is seen running`() throws {
        let ran = try Self.recorded()
        let unseen = try Self.literals().filter { literal in
            !literal.isWhole && !ran.contains { literal.matches($0) }
        }
        #expect(
            unseen.isEmpty,
            "EveryStatement has to run these: \(unseen.map { "\($0.file): \($0.text)" })")
    }

    @Test(arguments: [
        ("SELECT id FROM events WHERE received_at > ?1", true),
        ("SELECT id FROM events AS e WHERE e.id < ?1 ORDER BY id DESC LIMIT 1", true),
        ("SELECT id FROM participants WHERE referred_by = ?1 ORDER BY joined_at", true),
        ("DELETE FROM customers WHERE participant_id = ?1", true),
        ("SELECT id FROM events WHERE id BETWEEN ?1 AND ?2", false),
        ("SELECT id FROM webhooks ORDER BY created_at", false),
        ("SELECT id FROM events WHERE source = ?1 AND event_id = ?2", false),
    ])
    func `a plan says whether time grows with the rows`(_ sql: String, _ grows: Bool) throws {
        let database = try ScratchDatabase()
        let connection = try Store.connect(database.path, for: .writer)
        let plan = try QueryPlan(sql, connection)
        #expect(
            plan.faults(growing: try Self.growing(connection)).isEmpty == !grows, "\(plan.steps)")
    }

    // MARK: Gathering

    /// The literals of everything that is shipped, but for the migrations, which run once.
    private static func literals() throws -> [StatementText] {
        try sources().flatMap { StatementText.all(in: $0.text, file: $0.path) }
    }

    private static func sources() throws -> [(path: String, text: String)] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter {
            $0.hasSuffix(".swift") && $0 != "Storage/Schema.swift"
        }
        return try paths.sorted().map { path in
            (path, try String(contentsOf: root.appending(path: path), encoding: .utf8))
        }
    }

    /// What stands whole in the source code, and what ran.
    private static func statements(
        _ literals: [StatementText]
    ) throws -> [(text: String, file: String)] {
        let whole = literals.filter(\.isWhole).map { (text: $0.text, file: $0.file) }
        let known = Set(whole.map(\.text))
        let others = try recorded().filter { StatementText.isStatement($0) && !known.contains($0) }
        return whole + others.map { (text: $0, file: Self.file(of: $0, literals)) }
    }

    /// Where a statement that ran was put together: the literal that it begins with, and of several the one that
    /// says most of the beginning.
    private static func file(of statement: String, _ literals: [StatementText]) -> String {
        let origins = literals.filter { literal in
            statement.hasPrefix(literal.pieces[0])
                && (literal.isWhole || literal.matches(statement))
        }
        let longest = origins.map(\.pieces[0].count).max()
        let origin = origins.first { $0.pieces[0].count == longest }
        return origin?.file ?? "no literal"
    }

    private static func recorded() throws -> [String] {
        try StatementRecording.of({
            let scratch = try Scratch()
            return (scratch, path: scratch.path)
        }) { try EveryStatement($0).run() }
    }

    private static func growing(_ connection: Connection) throws -> Set<String> {
        let tables = try connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        var names: Set<String> = []
        while try tables.step() { names.insert(tables.text(0)) }
        return names.subtracting(QueryPlan.small)
    }
}
