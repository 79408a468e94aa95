import Testing

/// Each row of the requirements is shown by a test.
@Suite struct CoverageTests {
    @Test func `each row has a test`() throws {
        let shown = Set(try RowTest.all().flatMap(\.rows))
        let open = Requirement.all.map(\.name).filter { !shown.contains($0) }
        #expect(open.filter { !Requirement.awaited.contains($0) } == [])
        #expect(Requirement.awaited.filter(shown.contains) == [], "a test shows these rows")
    }

    @Test func `each trait names a test and rows that exist`() throws {
        let tests = try RowTest.all()
        try #require(tests.count > 50)
        #expect(try RowTest.traits() == tests.count)
        let known = Set(Requirement.all.map(\.name))
        #expect(known.count == Requirement.all.count)
        #expect(Requirement.awaited.isSubset(of: known))
        let unknown = tests.flatMap { test in
            test.rows.filter { !known.contains($0) }.map { "\(test.path): \($0)" }
        }
        #expect(unknown == [])
    }

    @Test func `each contradiction is a row of the page about them`() throws {
        let page = try Guide("Reconciliation").text
        let named = page.matches(of: /(?m)^\| (?<row>C\d+) \|/).map { String($0.output.row) }
        #expect(named == Requirement.all.map(\.name).filter { $0.hasPrefix("C") })
    }
}
