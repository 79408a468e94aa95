import Testing

@Suite struct TopLevelTests {
    static let allowed: Set<Substring> = [
        "Package.swift", "Sources", "Tests", "fixtures", "README.md",
    ]

    @Test func `the top level holds what it must and nothing else`() throws {
        let entries = Set(try House.kept().compactMap { $0.split(separator: "/").first })
        let visible = entries.filter { !$0.hasPrefix(".") }
        #expect(visible == Self.allowed)
    }

    @Test func `no database, key or build is kept`() throws {
        let found = try House.kept().filter { path in
            [".db", ".db-wal", ".db-shm", ".key", ".o", ".whl"].contains { path.hasSuffix($0) }
                || path.hasPrefix(".build")
        }
        #expect(found == [])
    }
}
