/// A comparison of two values whose types cannot be compared, described in words.
struct Mismatch {
    /// One side of the comparison.
    struct Side {
        let expression: Expression
        let type: Type
        var text: String { Printer.text(of: expression) }

        /// The content of a string literal; nil for any other expression.
        var literal: String? {
            if case .literal(.string(let text)) = expression.kind { text } else { nil }
        }

        var isNumber: Bool { [.int, .uint, .double].contains(type) }

        /// The side with its type, for the message; null and true need no type.
        var words: String {
            if type == .null { return "null" }
            let name: String = if case .record = type { "a record" } else { typeInWords("\(type)") }
            return "\(text), \(name),"
        }
    }

    let kind: BinaryOperator
    let left: Side
    let right: Side

    /// Nil for an operator that does not compare, and for types that are not known.
    init?(_ kind: BinaryOperator, _ left: Side, _ right: Side) {
        switch kind {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: break
        default: return nil
        }
        guard left.type != right.type, !left.type.isDynamic, !right.type.isDynamic else {
            return nil
        }
        self.kind = kind
        self.left = left
        self.right = right
    }

    var message: String {
        let hint = (correction(left, right) ?? correction(right, left)).map { "; write \($0)" }
        let last = right.words.hasSuffix(",") ? String(right.words.dropLast()) : right.words
        return "\(left.words) cannot be compared with \(last)\(hint ?? "")"
    }

    /// The correction of the second side, or of the first where only that one can be converted.
    private func correction(_ side: Side, _ other: Side) -> String? {
        if other.type == .null { return presence(of: side) }
        switch (side.type, other.type) {
        case (.string, .int):
            if case .literal(.int(let number)) = other.expression.kind {
                return "\"\(number)\" in quotation marks"
            }
            return nil
        case (.int, .string), (.double, .string), (.uint, .string):
            return other.literal.map { unquoted($0) }
                ?? "\(conversion(to: side.type))(\(other.text))"
        case (.bool, .string):
            return other.literal.flatMap {
                ["true", "false"].contains($0) ? "\($0) without quotation marks" : nil
            }
        case (.timestamp, .string):
            let valid = other.literal.map { Timestamp($0) != nil } ?? true
            return valid
                ? "timestamp(\(other.text))" : "a time such as timestamp(\"2026-03-01T10:00:00Z\")"
        case (.duration, .string):
            let valid = other.literal.map { DurationText.parse($0) != nil } ?? true
            return valid ? "duration(\(other.text))" : "a duration such as duration(\"24h\")"
        case (.duration, .int), (.duration, .double):
            return "a duration such as duration(\"24h\")"
        case (.double, .int):
            if case .literal(.int(let number)) = other.expression.kind { return "\(number).0" }
            return "double(\(other.text))"
        case (.uint, .int):
            if case .literal(.int(let number)) = other.expression.kind { return "\(number)u" }
            return "int(\(side.text))"
        case (.double, .uint): return "double(\(other.text))"
        default: return nil
        }
    }

    private func unquoted(_ literal: String) -> String {
        Double(literal) == nil
            ? "a number in place of \"\(literal)\"" : "\(literal) without quotation marks"
    }

    private func conversion(to type: Type) -> String { type == .double ? "double" : "int" }

    /// A field that is null in a body is absent from a record, which `has` tests.
    private func presence(of side: Side) -> String? {
        guard case .select = side.expression.kind, kind == .equal || kind == .notEqual else {
            return nil
        }
        return "\(kind == .equal ? "!" : "")has(\(side.text))"
    }
}
