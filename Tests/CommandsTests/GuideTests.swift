import Conditions
import Foundation
import Gateway
import JSON
import Mapping
import Programmes
import Rules
import TestSupport
import Testing
import Time

/// The examples in the guide to conditions and mappings, evaluated and compared with its text.
@Suite struct GuideTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let title: String
        let isMapping: Bool
        let expression: String
        /// The facts of an example, and the value of the expression for them.
        var rows: [(facts: String, outcome: String)] = []

        var testDescription: String { title }
    }

    static let examples: [Example] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "Sources/Rules/Rules.docc/ConditionsAndMappings.md")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        var examples: [Example] = []
        var part = ""
        for section in text.components(separatedBy: "\n##") {
            if !section.hasPrefix("#") { part = String(section.prefix { $0 != "\n" }) }
            let pieces = section.components(separatedBy: "```cel\n")
            guard pieces.count == 2 else { continue }
            let rest = pieces[1].components(separatedBy: "\n```")
            var example = Example(
                title: section.prefix { $0 != "\n" }.trimmingCharacters(
                    in: .init(charactersIn: "# ")),
                isMapping: part == " Mappings", expression: rest[0])
            for line in rest[1].split(separator: "\n") where line.hasPrefix("|") {
                let cells = line.dropFirst().dropLast().components(separatedBy: " | ").map {
                    $0.trimmingCharacters(in: .init(charactersIn: " `"))
                }
                guard cells.count == 2, cells[0] != "facts", cells[0] != "---" else { continue }
                example.rows.append((cells[0], cells[1]))
            }
            examples.append(example)
        }
        return examples
    }()

    @Test func `there are twenty examples, each with its facts`() {
        #expect(Self.examples.count == 20)
        #expect(Self.examples.allSatisfy { !$0.rows.isEmpty })
        #expect(Self.examples.filter(\.isMapping).count == 9)
        let numbers = Self.examples.compactMap { Int($0.title.prefix { $0 != "." }) }
        #expect(numbers == Array(1...20))
    }

    @Test(.rows("S2-11"), arguments: examples)
    func `an example of the guide comes to what it says`(_ example: Example) throws {
        for (facts, outcome) in example.rows {
            #expect(try Self.outcome(of: example, facts) == outcome, "\(facts)")
        }
    }

    private static func outcome(of example: Example, _ facts: String) throws -> String {
        let environment =
            (example.isMapping ? CompiledMapping.environment : ConditionLanguage.environment)
            .with(zones: ZoneFolder.usual)
        let program: Program
        do {
            program = try Program.compile(
                example.expression, in: environment, expecting: example.isMapping ? .dyn : .bool)
        } catch {
            return "refused: " + error.diagnostics.map(\.message).joined(separator: "; ")
        }
        let now = try #require(Instant(rfc3339: "2026-03-01T10:00:00Z"))
        let given = try TrialFacts(try Document(parsing: Array(facts.utf8)).root, now: now)
        #expect(given.notes.isEmpty)
        var activation = Activation(environment)
        for (slot, variable) in environment.variables.enumerated() {
            activation[slot: slot] = given.environment.slot(of: variable.name)
                .flatMap { given.activation[slot: $0] }
        }
        if example.isMapping {
            var budget = Budget()
            switch program.select(activation, spending: &budget) {
            case .value(let value): return ValueText.text(of: value)
            case .absent(let path): return "absent: \(path)"
            case .failed(let error): return "unknown: \(error)"
            }
        }
        switch program.evaluate(activation) {
        case .success(let value): return ValueText.text(of: value)
        case .failure(let error): return "unknown: \(error)"
        }
    }
}
