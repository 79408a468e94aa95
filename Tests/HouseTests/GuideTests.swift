import Commands
import Foundation
import Invocation
import Testing

/// The README says what the program can do, no more and no less.
@Suite struct ReadmeTests {
    @Test func `every command and option that it names exists`() throws {
        let invocations = try Readme().invocations
        try #require(invocations.count > 10, "the README shows commands")
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

    @Test(arguments: Tool.refgate.usages.map(\.name))
    func `each command's table has every option, its default and its variable`(
        command: String
    ) throws {
        let usage = try #require(Tool.refgate.usages.first { $0.name == command })
        let heading = "### refgate \(command)"
        let section = try #require(try Readme().section(heading), "README.md lacks \(heading)")
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `--") }
        #expect(rows.count == usage.options.count, "refgate \(command)")
        for (row, option) in zip(rows, usage.options) {
            let cells = Self.cells(option)
            #expect(row.hasPrefix(cells), "refgate \(command): \(cells)")
        }
    }

    /// An option's row without its meaning, which the README says in its own words.
    private static func cells(_ option: OptionDeclaration) -> String {
        let name = "--" + option.name + (option.valueName.map { " \($0)" } ?? "")
        let usual = option.usual.map { "`\($0)`" } ?? (option.isRequired ? "required" : "")
        let variable = option.variable.map { "`\($0)`" } ?? ""
        return "| `\(name.replacing("|", with: "\\|"))` | \(usual) | \(variable) | "
    }

    @Test func `its layout has every target, from the bottom up`() throws {
        let section = try #require(try Readme().section("## Layout"))
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.dropFirst()
        let named = rows.compactMap { $0.split(separator: "|").first }.flatMap { cell in
            cell.matches(of: /`(\w+)`/).map { String($0.output.1) }
        }
        #expect(named == (try ArrowTests.order()))
    }

    @Test func `it names nothing of the place where it was written`() throws {
        let text = try Readme().text
        for place in ["/tmp/", "/home/", "/root/", "/Users/", House.root.path] {
            #expect(!text.contains(place), "\(place)")
        }
    }
}
