import Foundation
import TestSupport
import Testing

/// The blocks of commands outside "A minute's tour" work when they are typed as printed.
@Suite struct GuideBlockTests {
    @Test(.enabled(if: TypedShell.binary != nil, "REFGATE_BINARY names the built program"))
    func `the API's commands and the backup work on a new database`() throws {
        let calls = try block("sh", of: "HTTPAPI")
        let backup = try block("sh", of: "Operating")
        let port = try ServeProcess.freePort()
        let shell = try TypedShell(listening: port) { text in
            text.replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(port)")
        }
        defer { shell.end() }
        shell.type("refgate serve 2> refgate.log &\n")
        shell.type(
            "curl -s --retry 9 --retry-delay 1 --retry-connrefused http://127.0.0.1:8080/readyz\n")
        shell.type(calls)
        #expect(shell.wait(for: #"repeat the request for a new one."}"#), "\(shell.said)")
        // What setup shows can be pasted as it is.
        shell.type(try pasted(from: shell.said) + "\n")
        shell.type(backup)
        shell.type("refgate audit --db copy.db\n kill %1\n")
        #expect(shell.ends() == 0, "\(shell.said)")
        for words in [
            #""name":"Spring""#, #""added":100"#, #""ready":true"#, #""referral_code":"ADA""#,
            #""referral_code":"BEN""#, #""hook_path":"/hooks/src_shop""#,
            #""outcome":"ignored","reasons":["test_event"]"#, "violations        0",
        ] { #expect(shell.said.contains(words), "\(words): \(shell.said)") }
        #expect(!shell.said.contains(#""type":"about:blank""#), "\(shell.said)")
    }

    @Test(.enabled(if: TypedShell.binary != nil, "REFGATE_BINARY names the built program"))
    func `the scenario that is shown passes`() throws {
        let scenario = try block("json", of: "Scenarios")
        let shell = try TypedShell(listening: 0) { $0 }
        defer { shell.end() }
        shell.type("mkdir scenarios; cp \"$fixtures/workspace.json\" .\n")
        shell.type("cat > scenarios/shown.json <<'END'\n\(scenario)END\n")
        shell.type("refgate rules test scenarios\n")
        #expect(shell.ends() == 0, "\(shell.said)")
        #expect(shell.said.contains("1 passed, 0 failed, 0 with errors"), "\(shell.said)")
    }

    /// `Tests/run` builds, lints and tests; the tour and two pages are typed by tests.
    @Test func `every block of commands is run by a test, or builds`() throws {
        let tour = Guide.blocks(
            "sh", of: try #require(try Guide.readme().section("## A minute's tour")))
        let typed = try tour + ["HTTPAPI", "Operating"].flatMap { try Guide($0).shellBlocks }
        let others = Set(try Guide.all().flatMap(\.shellBlocks)).subtracting(typed)
        #expect(others.filter { !$0.contains("swift build") && !$0.contains("swift run") } == [])
    }

    /// The only block of its kind in a page, so that none is left out.
    private func block(_ language: String, of page: String) throws -> String {
        let blocks = try Guide(page).blocks(language)
        try #require(blocks.count == 1, "\(page)")
        return blocks[0]
    }

    /// The command in the last answer of `GET sources/ID/setup`.
    private func pasted(from said: String) throws -> String {
        struct Setup: Decodable { let curl: String }
        let start = try #require(said.range(of: #"{"source":"src_shop""#, options: .backwards))
        let answer = said[start.lowerBound...].prefix { !$0.isNewline }
        return try JSONDecoder().decode(Setup.self, from: Data(answer.utf8)).curl
    }
}
