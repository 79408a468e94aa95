import JSON
import Testing

@testable import Rules

/// Facts as the gateway hands them in; a test sets what it is about.
enum Facts {
    static let event = RecordType(
        name: "event",
        fields: [
            RecordType.Field("goal", .string),
            RecordType.Field("amount", .int, mayBeAbsent: true),
            RecordType.Field("currency", .string, mayBeAbsent: true, isUppercase: true),
        ])
    static let lead = RecordType(
        name: "lead",
        fields: [
            RecordType.Field("email", .string, mayBeAbsent: true, isRedacted: true),
            RecordType.Field("verified", .bool),
            RecordType.Field("joined", .timestamp),
        ])

    static let environment = Environment(
        variables: [
            Environment.Variable("event", .record(event)),
            Environment.Variable("lead", .record(lead)),
            Environment.Variable("payload", .dyn),
            Environment.Variable("headers", .map(.string, .string)),
        ])

    static func activation(
        event fields: [String: Value] = [:], lead person: [String: Value] = [:],
        payload: String = "{}", headers: [String: String] = [:]
    ) throws -> Activation {
        var activation = Activation(environment)
        activation[slot: 0] = .record(Record(event, named: fields))
        activation[slot: 1] = .record(Record(lead, named: person))
        activation[slot: 2] = Value(try Document(parsing: Array(payload.utf8)).root)
        activation[slot: 3] = .table(Headers(headers))
        return activation
    }

    typealias Value = Rules.Value

    final class Headers: StringTable {
        let fields: [String: String]
        init(_ fields: [String: String]) { self.fields = fields }
        var names: [String] { fields.keys.sorted() }
        func string(named name: String) -> String? { fields[name] }
    }

    /// The value of a rule over a payload.
    static func value(
        of rule: String, payload: String = "{}", headers: [String: String] = [:]
    ) throws -> Result<Value, EvaluationError> {
        try Program.compile(rule, in: environment)
            .evaluate(try activation(payload: payload, headers: headers))
    }

    /// A field that a mapping reads from a payload.
    static func selection(
        of rule: String, payload: String = "{}", headers: [String: String] = [:]
    ) throws -> Selection {
        var budget = Budget()
        return try Program.compile(rule, in: environment)
            .select(try activation(payload: payload, headers: headers), spending: &budget)
    }

    static func errors(of rule: String, in environment: Environment = environment) -> String {
        do {
            _ = try Program.compile(rule, in: environment)
            return "compiles"
        } catch {
            return error.description
        }
    }
}
