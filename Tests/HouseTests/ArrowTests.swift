import Foundation
import Testing

/// Who may import whom. The order of targets is that of Package.swift: a target sees only what stands above
/// it. Of the system each sees what is listed here.
@Suite struct ArrowTests {
    static let system: [String: Set<String>] = [
        "Sockets": ["CLinux", "Glibc", "Synchronization"],
        "Fixtures": ["CFixtures"],
        "MailDomains": ["CMailDomains"],
        "Crypto": ["COpenSSL"],
        "TLS": ["COpenSSL", "Synchronization"],
        "SQLite": ["CSQLite"],
        // For the normalization of Unicode, which the standard library shares with the toolchain.
        "Referrals": ["Swift"],
        "Time": ["Glibc"],
        "Telemetry": ["Glibc", "Synchronization"],
        "Webhooks": ["Synchronization"],
        "Workspace": ["Glibc"],
        "Transport": ["Synchronization"],
        "Ledger": ["Synchronization"],
        "Inbound": ["Synchronization"],
        "Outbound": ["Synchronization"],
        "Monitoring": ["Synchronization"],
        "Programmes": ["FoundationEssentials", "Glibc", "Synchronization"],
        "API": ["Synchronization"],
        "Gateway": ["Glibc", "Synchronization"],
        "Invocation": ["Glibc", "Synchronization"],
        "Scenarios": ["FoundationEssentials", "Glibc", "Synchronization"],
        "Commands": ["FoundationEssentials", "Glibc", "Synchronization"],
        "refgate": ["FoundationEssentials", "Glibc"],
    ]

    /// The targets under Sources in the order of Package.swift.
    static func order() throws -> [String] {
        let declaration = /(?:module\(|\.target\(name:|\.executableTarget\(name:)\s*"(?<name>\w+)"/
        let joined = try House.text("Package.swift")
            .replacing(/\(\s*\n\s*/, with: "(")
        return joined.matches(of: declaration).map { String($0.output.name) }
            .filter {
                ![
                    "TestSupport", "CTestProcess", "CTestVFS", "PublicSuites", "Benchmarks",
                ].contains($0)
            }
    }

    @Test func `a target imports only what stands above it`() throws {
        let order = try Self.order()
        let sources = try House.sources().filter { $0.path.hasSuffix(".swift") }
        try #require(Set(order) == Set(try targets()), "Package.swift names each folder once")
        var found: [String] = []
        for file in sources {
            let place = try #require(order.firstIndex(of: file.target))
            let seen = Set(order[..<place]).filter { !isShim($0) }
                .union(Self.system[file.target] ?? [])
            for module in imports(file) where !seen.contains(module) {
                found.append("\(file.path) imports \(module)")
            }
        }
        #expect(found == [])
    }

    @Test func `inbound and outbound meet in the tables only`() throws {
        let sides = ["Inbound": "Outbound", "Outbound": "Inbound"]
        let found = try House.sources().filter { file in
            sides[file.target].map(imports(file).contains) ?? false
        }
        #expect(found.map(\.path) == [])
    }

    @Test(arguments: ["Ledger", "Inbound", "Outbound"])
    func `what writes does not reach what explains`(writer: String) throws {
        let seen = try reached(from: writer)
        try #require(seen.contains("Storage"), "the imports are followed")
        #expect(!seen.contains("Insight"))
    }

    @Test func `the command line and the scenarios do not reach into the HTTP API`() throws {
        let files = try House.sources().filter { ["Commands", "Scenarios"].contains($0.target) }
        try #require(files.contains { imports($0).contains("Gateway") }, "they start gateways")
        #expect(files.filter { imports($0).contains("API") }.map(\.path) == [])
    }

    @Test func `the option parser does not reach the rule engine`() throws {
        let seen = try reached(from: "Invocation")
        try #require(seen.contains("Reading"), "the imports are followed")
        #expect(!seen.contains("Rules"))
    }

    /// All targets that a target imports, and those that they import.
    private func reached(from target: String) throws -> Set<String> {
        let sources = try House.sources()
        var seen: Set<String> = []
        var next = [target]
        while let target = next.popLast() {
            let new = Set(sources.filter { $0.target == target }.flatMap(imports))
                .subtracting(seen)
            seen.formUnion(new)
            next += new
        }
        return seen
    }

    private func isShim(_ target: String) -> Bool {
        ["CLinux", "CFixtures", "CMailDomains", "CSQLite", "COpenSSL"].contains(target)
    }

    private func targets() throws -> [String] {
        Array(Set(try House.sources().map(\.target)))
    }

    private func imports(_ file: File) -> [String] {
        let pattern = /^\s*(?:@\w+(?:\([^)]*\))? )*(?:(?:package|public|internal|private) )?/
        let rest = /import (?:(?:struct|class|enum|func|var|protocol|typealias) )?(?<module>\w+)/
        return file.lines.compactMap { line in
            guard let lead = line.prefixMatch(of: pattern) else { return nil }
            return line[lead.range.upperBound...].prefixMatch(of: rest)
                .map { String($0.output.module) }
        }
    }
}
