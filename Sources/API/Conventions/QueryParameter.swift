import JSON
import Schemas
import Time

/// A query parameter that a route reads, with the values that it accepts. A request with another
/// value is refused before its handler runs.
struct QueryParameter: Sendable {
    enum Kind: Sendable {
        /// A whole number in a range, in decimal digits.
        case integer(ClosedRange<Int64>)
        /// One of some words.
        case choice([String])
        case flag
        /// A time of RFC 3339, or a date, which means its first moment in UTC.
        case time
        /// Any text; its reader checks it.
        case text
    }

    let name: String
    let kind: Kind
    /// The effect of the parameter, as a sentence.
    let summary: String
    private(set) var example: String?

    static func integer(
        _ name: String, in range: ClosedRange<Int64>, _ summary: String
    ) -> QueryParameter {
        QueryParameter(name: name, kind: .integer(range), summary: summary)
    }

    /// The number of a row.
    static func number(_ name: String, _ summary: String) -> QueryParameter {
        integer(name, in: 1...Int64.max, summary)
    }

    static func choice(
        _ name: String, of words: [String], _ summary: String
    ) -> QueryParameter {
        QueryParameter(name: name, kind: .choice(words), summary: summary)
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type, _ summary: String
    ) -> QueryParameter {
        choice(name, of: Choice.allCases.map(\.rawValue), summary)
    }

    static func flag(_ name: String, _ summary: String) -> QueryParameter {
        QueryParameter(name: name, kind: .flag, summary: summary)
    }

    static func time(_ name: String, _ summary: String, example: String) -> QueryParameter {
        QueryParameter(name: name, kind: .time, summary: summary, example: example)
    }

    static func text(
        _ name: String, _ summary: String, example: String? = nil
    ) -> QueryParameter {
        QueryParameter(name: name, kind: .text, summary: summary, example: example)
    }

    /// The accepted values in words; nil if the value is one of them.
    func expectation(missedBy value: String) -> String? {
        switch kind {
        case .text: return nil
        case .time:
            return Self.time(value) == nil
                ? "a time such as 2026-11-30T08:00:00Z, or a date such as 2026-11-30" : nil
        case .flag: return value == "true" || value == "false" ? nil : "true or false"
        case .choice(let words):
            return words.contains { $0.utf8.elementsEqual(value.utf8) }
                ? nil : "one of " + words.joined(separator: ", ")
        case .integer(let range):
            let isIn = Self.integer(value).map { range.contains($0) } ?? false
            return isIn ? nil : "a number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// A number of decimal digits only.
    static func integer(_ text: String) -> Int64? {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(text)
    }

    /// A time, or the first moment of a date in UTC.
    static func time(_ text: String) -> Instant? {
        Instant(rfc3339: text.utf8.count == 10 ? text + "T00:00:00Z" : text)
    }

    /// The schema of the value.
    var schema: JSONSchema {
        switch kind {
        case .integer(let range): return .integer(in: range)
        case .choice(let words): return .choice(words)
        case .flag: return .boolean
        case .text, .time:
            return example.map { JSONSchema.string.example($0) } ?? .string
        }
    }
}
