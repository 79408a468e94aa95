import Commands
import Foundation
import Invocation
import Testing

/// The documentation describes the program as it is.
@Suite struct GuideTests {
    @Test func `every command and option that a page names exists`() throws {
        let invocations = try Guide.all().flatMap(\.invocations)
        try #require(invocations.count > 30, "the pages show commands")
        var mistakes: [String] = []
        for words in invocations {
            guard let first = words.first, !["--help", "--version", "COMMAND"].contains(first)
            else { continue }
            let called = [2, 1].lazy.map { words.prefix($0).joined(separator: " ") }
            let usage = called.compactMap { name in
                Tool.refgate.usages.first { $0.name == name }
            }.first
            guard let usage else {
                mistakes.append("there is no command: refgate \(words.joined(separator: " "))")
                continue
            }
            let options = Set(usage.options.map { "--\($0.name)" } + ["--help"])
            for word in words where word.hasPrefix("--") {
                let name = String(word.prefix { $0 != "=" })
                if !options.contains(name) {
                    mistakes.append("refgate \(usage.name) has no \(name)")
                }
            }
        }
        #expect(mistakes == [])
    }

    @Test func `the layout has every target, from the bottom up`() throws {
        let section = try #require(try Guide.readme().section("## Layout"))
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.dropFirst()
        let named = rows.compactMap { $0.split(separator: "|").first }.flatMap { cell in
            cell.matches(of: /`(\w+)`/).map { String($0.output.1) }
        }
        #expect(named == (try ArrowTests.order()))
    }

    @Test(arguments: try Guide.all())
    func `a page names nothing of the place where it was written`(_ page: Guide) {
        for place in ["/tmp/", "/home/", "/root/", "/Users/", House.root.path] {
            #expect(!page.text.contains(place), "\(place)")
        }
    }
}
