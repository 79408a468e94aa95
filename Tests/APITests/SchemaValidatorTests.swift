import Foundation
import TestSupport
import Testing

/// The tests' own validator of JSON Schema.
@Suite struct SchemaValidatorTests {
    struct Case: Sendable, CustomStringConvertible {
        let schema: String
        let accepted: [String]
        let refused: [String]

        var description: String { schema }
    }

    static let cases = [
        Case(
            schema: #"{"type": "integer", "minimum": 1, "maximum": 3}"#,
            accepted: ["1", "3", "2.0"], refused: ["0", "4", "1.5", "true", "null", #""1""#]),
        Case(
            schema: #"{"type": ["string", "null"], "minLength": 1, "maxLength": 2}"#,
            accepted: [#""a""#, #""äö""#, "null"], refused: [#""""#, #""abc""#, "1", "[]"]),
        Case(
            schema: #"{"type": "number", "exclusiveMinimum": 0, "maximum": 100}"#,
            accepted: ["0.5", "100"], refused: ["0", "100.5", "false"]),
        Case(
            schema: #"{"type": "boolean"}"#, accepted: ["true", "false"],
            refused: ["0", "1", "null"]),
        Case(schema: #"{"const": true}"#, accepted: ["true"], refused: ["1", "false", #""true""#]),
        Case(
            schema: #"{"enum": ["a", null]}"#, accepted: [#""a""#, "null"], refused: [#""b""#, "0"]),
        Case(
            schema: #"{"type": "string", "pattern": "^a+$"}"#, accepted: [#""aa""#],
            refused: [#""ab""#, "1"]),
        Case(
            schema: #"{"type": "string", "format": "date-time"}"#,
            accepted: [#""2026-01-01T00:00:00Z""#], refused: [#""2026-01-01""#]),
        Case(
            schema:
                #"{"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": true}"#,
            accepted: [#"["a"]"#, #"["a", "b"]"#],
            refused: ["[]", "[1]", #"["a", "a"]"#, #"["a", "b", "c"]"#, "{}"]),
        Case(
            schema:
                #"{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false}"#,
            accepted: [#"{"a": "b"}"#], refused: ["{}", #"{"a": 1}"#, #"{"a": "b", "c": 1}"#]),
        Case(
            schema:
                #"{"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 1}"#,
            accepted: ["{}", #"{"a": 1}"#], refused: [#"{"a": "b"}"#, #"{"a": 1, "b": 2}"#]),
        Case(
            schema:
                ##"{"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/A"}}]}}}"##,
            accepted: [#""a""#, #"["a", ["b"]]"#], refused: ["1", "[1]", #"[["a", 1]]"#]),
        Case(schema: "true", accepted: ["1", "{}"], refused: []),
        Case(schema: "false", accepted: [], refused: ["1"]),
        Case(
            schema: #"{"colour": "red"}"#, accepted: [],
            refused: ["1", "{}", #""a""#, "[]", "null"]),
    ]

    private func value(_ text: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
    }

    @Test(arguments: cases)
    func `a value is accepted or refused as the specification says`(_ one: Case) throws {
        let schema = try value(one.schema)
        let validator = SchemaValidator(schema as? [String: Any] ?? [:])
        for text in one.accepted {
            #expect(validator.faults(of: try value(text), against: schema) == [], "\(text)")
        }
        for text in one.refused {
            #expect(validator.faults(of: try value(text), against: schema) != [], "\(text)")
        }
    }

    @Test func `a closed validator refuses a member that no schema describes`() throws {
        let schema = try value(#"{"type": "object", "properties": {"a": {"type": "string"}}}"#)
        let instance = try value(#"{"a": "b", "c": 1}"#)
        #expect(SchemaValidator([:]).faults(of: instance, against: schema) == [])
        let faults = SchemaValidator([:], isClosed: true).faults(of: instance, against: schema)
        #expect(faults.map(\.description) == [": c is not described"])
    }
}
