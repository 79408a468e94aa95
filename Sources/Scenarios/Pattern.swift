import JSON

/// A JSON value as a pattern: an object must have the pattern's members, a list must match element
/// by element.
enum Pattern {
    static func differences(_ pattern: Value, _ value: Value?, _ path: String) -> [Difference] {
        guard let value else {
            return [Difference(path, expected: text(of: pattern), got: "nothing")]
        }
        switch (pattern.kind, value.kind) {
        case (.object, .object):
            return pattern.members.flatMap { key, wanted in
                let inner = path.isEmpty ? key.string : "\(path).\(key.string)"
                return differences(wanted, value[key.string], inner)
            }
        case (.array, .array) where pattern.count == value.count:
            return zip(pattern.elements, value.elements).enumerated().flatMap { index, pair in
                differences(pair.0, pair.1, "\(path)[\(index)]")
            }
        default:
            guard !isSame(pattern, value) else { return [] }
            return [Difference(path, expected: text(of: pattern), got: text(of: value))]
        }
    }

    private static func isSame(_ left: Value, _ right: Value) -> Bool {
        if let text = left.stringBytes { return right.stringBytes == text }
        if let bool = left.bool { return right.bool == bool }
        if left.isNull { return right.isNull }
        if let one = left.int, let other = right.int { return one == other }
        guard let text = left.numberText, let other = right.numberText else { return false }
        return text == other || left.double == right.double
    }

    private static let longest = 400

    static func text(of value: Value) -> String {
        let text = String(decoding: value.compactText, as: UTF8.self)
        return text.utf8.count <= longest ? text : text.prefix(longest) + "…"
    }

    static func text(of values: [Value]) -> String {
        values.isEmpty ? "none" : values.map { text(of: $0) }.joined(separator: ", ")
    }
}
