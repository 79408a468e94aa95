import Declarations
import Reading
import Referrals
import Testing
import Workspace

/// The tables of the workspace file have the members that its reader knows, and their defaults.
@Suite struct GuideWorkspaceTests {
    /// A part of the file: the heading of its table, and a file with the fewest possible members.
    struct Part: CustomTestStringConvertible, Sendable {
        let heading: String
        /// `•` marks the place for further members.
        let text: String
        /// The declared defaults of its members.
        var defaults: [DeclaredDefault] = []

        var testDescription: String { heading }

        func with(_ members: String) throws -> WorkspaceFile {
            try WorkspaceFile.read(Array(text.replacing("•", with: members).utf8))
        }
    }

    private static let campaign = #""id": 1, "name": "C", "goal_type": "g""#

    static let parts = [
        Part(
            heading: "## account", text: #"{"account": {"name": "A"•}}"#,
            defaults: AccountDeclaration.defaults),
        Part(
            heading: "## campaigns", text: #"{"campaigns": [{\#(campaign)•}]}"#,
            defaults: CampaignDeclaration.defaults),
        Part(
            heading: "## rewards",
            text: #"{"campaigns": [{\#(campaign), "rewards": [{"kind": "coupon"•}]}]}"#,
            defaults: RewardRule.defaults(of: .coupon)),
        Part(
            heading: "## risk",
            text: #"{"campaigns": [{\#(campaign), "risk": {"min_seconds_since_join": 1•}}]}"#,
            defaults: Risk.defaults),
        Part(
            heading: "## participants",
            text: #"{"campaigns": [{\#(campaign)}], "participants": [{"campaign": 1, "id": "x"•}]}"#
        ),
        Part(
            heading: "## sources",
            text: """
                {"sources": [{"id": "shop", "preset": "refgate",
                  "secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"]•}]}
                """, defaults: SourceDeclaration.defaults(id: "shop")),
        Part(
            heading: "## webhooks",
            text: """
                {"webhooks": [{"name": "w", "url": "https://example.org/", "events": "signup.position_changed"•}]}
                """, defaults: WebhookDeclaration.defaults),
    ]

    /// The rows of the table under a heading: the names in the first cell, and the default.
    private func rows(_ part: Part) throws -> [(names: [String], usual: String)] {
        let section = try #require(try Guide("WorkspaceFile").section(part.heading))
        let lines = section.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { !$0.hasPrefix("| `") }.prefix { $0.hasPrefix("| `") }
            .map { line in
                let cells = line.split(separator: "|").map { $0.trimmingPrefix(" ") }
                let names = cells[0].matches(of: /`(\w+)`/).map { String($0.output.1) }
                return (names, cells[1].trimmingSuffix(" "))
            }
    }

    @Test(arguments: parts) func `each member has its row, and no other`(_ part: Part) throws {
        let mistakes = #expect(throws: Mistakes.self) { try part.with(#", "zzz": 0"#) }
        guard case .unknown(_, _, let known) = try #require(mistakes?.list.first).fault else {
            Issue.record("\(String(describing: mistakes))")
            return
        }
        #expect(Set(try rows(part).flatMap(\.names)) == Set(known))
    }

    @Test(arguments: parts) func `saying the default says nothing`(_ part: Part) throws {
        let plain = try String(describing: part.with(""))
        for row in try rows(part) {
            guard let usual = value(row.usual) else { continue }
            for name in row.names {
                let said = try String(describing: part.with(#", "\#(name)": \#(usual)"#))
                #expect(said == plain, "\(name): \(usual)")
            }
        }
    }

    @Test(arguments: parts) func `the table has the declared defaults`(_ part: Part) throws {
        let rows = try rows(part)
        for declared in part.defaults where declared != DeclaredDefault(name: "name", text: "shop")
        {
            let row = try #require(rows.first { $0.names.contains(declared.name) })
            let json = String(decoding: declared.json, as: UTF8.self)
            let isOne = !["null", "[]", "{}"].contains(json)
            #expect(row.usual != "required", "\(declared.name)")
            // An object, a list or the absence of a value is described in words.
            #expect(value(row.usual) == (isOne ? json : nil), "\(declared.name): \(json)")
        }
    }

    /// A default as JSON, where it is one value.
    private func value(_ usual: String) -> String? {
        if Int(usual) != nil { return usual }
        guard let code = usual.wholeMatch(of: /`(\w+)`/)?.output.1 else { return nil }
        return code == "false" ? "false" : "\"\(code)\""
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self
        while text.last == suffix { text.removeLast() }
        return String(text)
    }
}
