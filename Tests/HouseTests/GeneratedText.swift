import Commands
import Foundation
import HTTP
import Invocation
import Mapping
import Monitoring
import Referrals
import Telemetry
import Testing

@testable import API

/// Writes the parts of the documentation that follow from declarations in the code, as Markdown.
enum GeneratedText {
    /// The text with a name such as `commands`, `command serve` or `routes campaigns`.
    static func text(of name: String) throws -> String {
        let words = name.split(separator: " ").map(String.init)
        switch words.first {
        case "commands": return commands
        case "command":
            let called = words.dropFirst().joined(separator: " ")
            return command(
                try #require(Tool.refgate.usages.first { $0.name == called }, "\(name)"))
        case "routes": return routes(of: Array(words.dropFirst()))
        case "reasons": return reasons
        case "metrics": return try metrics
        case "sample": return try sample(in: words.last ?? "")
        case "fields": return try fields(of: words.last ?? "")
        case "coverage": return try coverage(of: words.last ?? "")
        default:
            Issue.record("no code writes \(name)")
            return ""
        }
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        let lines = [header, header.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func code(_ text: String) -> String { "`\(text.replacing("|", with: "\\|"))`" }

    // MARK: Commands

    private static var commands: String {
        table(
            ["command", "effect"],
            Tool.refgate.usages.map { usage in
                let anchor = "refgate-" + usage.name.replacing(" ", with: "-")
                return ["[`refgate \(usage.name)`](#\(anchor))", marked(usage.summary)]
            })
    }

    /// How the command is called, its help in paragraphs, and a table of its options.
    private static func command(_ usage: Usage) -> String {
        let summary = marked(usage.summary.prefix(1).uppercased() + usage.summary.dropFirst()) + "."
        var parts = ["```\n\(Tool.refgate.synopsis(of: usage))\n```", summary]
        parts += usage.paragraphs.map { marked(String($0)) }
        if !usage.operands.isEmpty {
            parts.append(
                table(
                    ["argument", "meaning"],
                    usage.operands.map { [code($0.name), marked($0.help)] }))
        }
        if !usage.options.isEmpty {
            parts.append(
                table(["option", "default", "variable", "meaning"], usage.options.map(cells)))
        }
        return parts.joined(separator: "\n\n")
    }

    private static func cells(_ option: OptionDeclaration) -> [String] {
        let name = "--" + option.name + (option.valueName.map { " \($0)" } ?? "")
        let usual = option.usual.map(code) ?? (option.isRequired ? "required" : "")
        let meaning = option.help + (option.isRepeated ? "; may be repeated" : "")
        return [code(name), usual, option.variable.map(code) ?? "", marked(meaning)]
    }

    /// A help text as Markdown: options, header names, addresses, file names and the like become code.
    private static func marked(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part -> String in
            guard index.isMultiple(of: 2) else { return "`\(part)`" as String }
            return String(part).replacing(
                /--[a-z][a-z-]*[a-z](?: [0-9.:\/]+\/[0-9]+)?|\bX-[A-Za-z-]+|https?:\/\/[\w.:\/]*|\{body\}/
            ) { "`\($0.output)`" }
        }.joined()
    }

    // MARK: Routes

    /// The tags of the routes in the OpenAPI document, in the order of the routes.
    static let resources: [String] = API.routes.map(resource).reduce(into: []) { found, name in
        if !found.contains(name) { found.append(name) }
    }

    private static func resource(of route: Route) -> String { OpenAPIOperation(route).tag }

    private static func routes(of resources: [String]) -> String {
        let rows = resources.flatMap { resource in
            API.routes.filter { self.resource(of: $0) == resource }.map(cells)
        }
        return table(["route", "effect", "query parameters"], rows)
    }

    private static func cells(_ route: Route) -> [String] {
        let parameters =
            route.parameters.map { $0.map { code($0.name) }.joined(separator: ", ") } ?? "any"
        return [code(route.name), route.summary, parameters]
    }

    // MARK: Samples and fields

    /// The program of a language for a source with the preset `refgate`.
    private static func sample(in name: String) throws -> String {
        let language = try #require(SenderSample.Language(rawValue: name), "\(name)")
        let sample = SenderSample(
            url: "https://gateway.example.com/hooks/src_shop",
            proof: .standardWebhooks(prefix: "webhook"), form: .nested)
        let marks = ["curl": "bash", "node": "js"]
        return "```\(marks[name] ?? name)\n\(sample.text(in: language))```"
    }

    /// The fields of a preset's mapping, with their types and expressions.
    private static func fields(of name: String) throws -> String {
        let mapping = try #require(Preset.named(name), "\(name)").mapping
        return table(
            ["field", "type", "expression"],
            mapping.fields.map { field in
                [
                    code(field.name), field.kinds.map { code($0.rawValue) }.joined(separator: ", "),
                    mapping[field].map(code).joined(separator: "<br>"),
                ]
            })
    }

    // MARK: Coverage

    /// The rows of a group, such as `S4`, with the tests that show each.
    private static func coverage(of group: String) throws -> String {
        let tests = try RowTest.all()
        return table(
            ["row", "requirement", "tests"],
            Requirement.all.filter { $0.group == group }.map { row in
                let shown = tests.filter { $0.rows.contains(row.name) }.map { test in
                    let file = test.path.split(separator: "/").last ?? ""
                    return "[\(file.dropLast(6))](../../../\(test.path)): \(test.name)"
                }
                return [
                    row.name, row.text,
                    shown.isEmpty ? "no test yet" : shown.joined(separator: "<br>"),
                ]
            })
    }

    // MARK: Reasons and metrics

    private static var reasons: String {
        table(
            ["code", "outcome", "meaning", "remedy"],
            ReasonCode.allCases.map { reason in
                [
                    code(reason.text), reason.outcome.map { code($0.rawValue) } ?? "",
                    reason.sentence, reason.remedy,
                ]
            })
    }

    /// The families of a gateway's registry, as it renders them.
    private static var metrics: String {
        get throws {
            let metrics = Metrics()
            let log = Log(level: .error, to: .none)
            _ = Meters(metrics: metrics, log: log, requests: RequestLog(log, prefix: ""))
            let text = String(decoding: metrics.render(), as: UTF8.self)
            let helps = text.matches(
                of: /(?m)^# HELP (?<name>\w+) (?<help>.*)\n# TYPE \w+ (?<kind>\w+)$/)
            return table(
                ["metric", "type", "meaning"],
                helps.map { match in
                    [
                        code(String(match.output.name)), String(match.output.kind),
                        String(match.output.help),
                    ]
                })
        }
    }
}

extension Route {
    /// The method and the path, with the names of its parameters in braces: `GET /api/v1/keys/{key}`.
    var name: String { "\(method.name) \(template)" }
}
