import Foundation
import JSON
import PublicSuites
import Testing

@testable import Rules

/// One case of CEL's conformance suite, in the form its README describes.
struct SuiteCase: CustomTestStringConvertible, Sendable {
    let json: JSON.Value

    var id: String { text("id") ?? "" }
    var expression: String { text("expr") ?? "" }
    var isUnchecked: Bool { json["disable_check"]?.bool ?? false }
    var isCheckOnly: Bool { json["check_only"]?.bool ?? false }
    var expect: JSON.Value? { json["expect"] }
    var testDescription: String { id }

    func text(_ key: String) -> String? { json[key]?.string }

    /// The environment with everything declared, or merely bound, and its values.
    func environment(zones: [String: Zone]) throws -> (Environment, Activation) {
        var variables: [Environment.Variable] = []
        var functions: [FunctionDeclaration] = []
        for declaration in json["declarations"]?.elements.map(\.self) ?? [] {
            let name = declaration["name"]?.string ?? ""
            if let type = declaration["type"] {
                variables.append(Environment.Variable(name, try Type(suite: type)))
            }
            if let overloads = declaration["overloads"] {
                functions.append(
                    FunctionDeclaration(
                        name,
                        overloads: try overloads.elements.map { overload in
                            Overload(
                                try overload["params"]?.elements.map { try Type(suite: $0) } ?? [],
                                try Type(suite: #require(overload["result"])),
                                isMethod: overload["receiver"]?.bool ?? false)
                        }))
            }
        }
        let bindings = json["bindings"]?.members.map { ($0.key.string, $0.value) } ?? []
        for (name, _) in bindings where !variables.contains(where: { $0.name == name }) {
            variables.append(Environment.Variable(name, .dyn))
        }
        let environment = Environment(
            variables: variables, functions: functions, container: text("container") ?? "",
            zones: Zones(zones))
        var activation = Activation(environment)
        for (name, value) in bindings {
            activation[slot: try #require(environment.slot(of: name))] = try Rules.Value(
                suite: value)
        }
        return (environment, activation)
    }

    func compile(in environment: Environment) throws(CompileErrors) -> Program {
        isUnchecked
            ? try Program.unchecked(expression, in: environment)
            : try Program.compile(expression, in: environment)
    }
}

enum Suite {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let file = "cel/cases.json"

    static let isPresent = PublicSuites.has(file)

    static func cases(_ file: URL) throws -> [SuiteCase] {
        let document = try Document(parsing: Array(Data(contentsOf: file)))
        return document.root["cases"]?.elements.map { SuiteCase(json: $0) } ?? []
    }

    /// Everything but the network library.
    static let published: [SuiteCase] = {
        let all = (try? cases(PublicSuites.file(file))) ?? []
        return all.filter { suiteCase in
            !(suiteCase.json["features"]?.elements.contains { $0.equals("ext:network") } ?? false)
        }
    }()

    static let extra: [SuiteCase] =
        (try? cases(root.appending(path: "Tests/Conformance/cel/extra.json"))) ?? []

    static let zones: [String: Zone] = {
        let names = [
            "Australia/Sydney", "America/St_Johns", "US/Central", "Asia/Kathmandu",
            "Europe/Berlin", "America/Sao_Paulo", "Europe/Dublin",
        ]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                (try? Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)")))
                    .flatMap { Zone(tzif: Array($0)) }.map { (name, $0) }
            })
    }()
}

struct SuiteFormatError: Error {
    let text: String
    init(_ value: JSON.Value) { text = String(decoding: value.source, as: UTF8.self) }
}

extension Type {
    init(suite json: JSON.Value) throws {
        if let name = json.string {
            let known: [Type] = [
                .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .dyn,
            ]
            if name == "null_type" {
                self = .null
            } else if let type = known.first(where: { $0.description == name }) {
                self = type
            } else {
                throw SuiteFormatError(json)
            }
        } else if let element = json["list"] {
            self = .list(try Type(suite: element))
        } else if let parameters = json["map"], let key = parameters[0], let value = parameters[1] {
            self = .map(try Type(suite: key), try Type(suite: value))
        } else if let name = json["param"]?.string {
            self = .parameter(name)
        } else if let name = json["opaque"]?.string {
            let parameters = try json["params"]?.elements.map { try Type(suite: $0) } ?? []
            self = name == "optional_type" ? .optional(parameters[0]) : .opaque(name, parameters)
        } else {
            throw SuiteFormatError(json)
        }
    }
}

extension Rules.Value {
    init(suite json: JSON.Value) throws {
        if json["null"] != nil {
            self = .null
        } else if let bool = json["bool"]?.bool {
            self = .bool(bool)
        } else if let text = json["int"]?.string, let int = Int64(text) {
            self = .int(int)
        } else if let text = json["uint"]?.string, let uint = UInt64(text) {
            self = .uint(uint)
        } else if let text = json["double"]?.string {
            self = .double(
                text == "NaN" ? .nan : text == "Infinity" ? .infinity : Double(text) ?? -.infinity)
        } else if let text = json["string"]?.string {
            self = .string(text)
        } else if let text = json["bytes_base64"]?.string, let data = Data(base64Encoded: text) {
            self = .bytes(Array(data))
        } else if let list = json["list"] {
            self = .list(try list.elements.map { try Rules.Value(suite: $0) })
        } else if let map = json["map"] {
            self = .map(
                try Map(
                    try map.elements.map {
                        (
                            try Rules.Value(suite: #require($0[0])),
                            try Rules.Value(suite: #require($0[1]))
                        )
                    }))
        } else if let text = json["timestamp"]?.string, let timestamp = Timestamp(text) {
            self = .timestamp(timestamp)
        } else if let text = json["duration"]?.string, let duration = DurationText.parse(text) {
            self = .duration(duration)
        } else if let name = json["type"]?.string {
            self = .type(TypeName(name))
        } else {
            throw SuiteFormatError(json)
        }
    }

    /// The same type and value; NaN is the same as NaN, maps have no order.
    func isSame(as other: Rules.Value) -> Bool {
        switch (scalar, other.scalar) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.int(let a), .int(let b)): return a == b
        case (.uint(let a), .uint(let b)): return a == b
        case (.double(let a), .double(let b)):
            return a.isNaN ? b.isNaN : a == b && a.sign == b.sign
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.optional(let a), .optional(let b)):
            guard let a, let b else { return a == nil && b == nil }
            return a.isSame(as: b)
        case (let a, let b):
            if let x = a.asString, let y = b.asString { return x.utf8.elementsEqual(y.utf8) }
            if let x = a.asList, let y = b.asList {
                return x.count == y.count && zip(x, y).allSatisfy { $0.isSame(as: $1) }
            }
            guard a.isMap, b.isMap, a.elementCount == b.elementCount else { return false }
            var entries = a.entries
            while let (key, value) = entries.next() {
                guard let found = b.find(key), value.isSame(as: found) else { return false }
            }
            return true
        }
    }
}
