/// The mapping of a source's bodies to events, as declared: the text of one CEL expression per
/// field.
///
/// A field without text is absent from every event. Without `goal` an event has its campaign's own
/// goal. Only `referral_code` and `business_key` may have several expressions; each gives one text
/// or a list of them.
package struct MappingText: Hashable, Sendable {
    private var expressions: [Field: [String]]
    /// The treatment of events that cannot be mapped.
    package var onUnmapped: OnUnmapped

    /// - Parameter expressions: one per field, or several for fields that allow it; no empty lists.
    package init(_ expressions: [Field: [String]] = [:], onUnmapped: OnUnmapped = .refuse) {
        precondition(
            expressions.allSatisfy { $0.key.takesSeveral || $0.value.count <= 1 },
            "a field has one expression")
        self.expressions = expressions.filter { !$0.value.isEmpty }
        self.onUnmapped = onUnmapped
    }

    package init(_ expressions: [Field: String], onUnmapped: OnUnmapped = .refuse) {
        self.init(expressions.mapValues { [$0] }, onUnmapped: onUnmapped)
    }

    /// The texts of a field; empty if it has none.
    package subscript(field: Field) -> [String] {
        get { expressions[field] ?? [] }
        set {
            precondition(field.takesSeveral || newValue.count <= 1, "a field has one expression")
            expressions[field] = newValue.isEmpty ? nil : newValue
        }
    }

    /// The fields that have text, in the order of `Field.allCases`.
    package var fields: [Field] { Field.allCases.filter { expressions[$0] != nil } }
}

extension MappingText: CustomStringConvertible {
    /// One line per expression: the field, then its text in one column.
    package var description: String {
        let lines = fields.flatMap { field in self[field].map { (field.name, $0) } }
        let width = lines.map(\.0.count).max() ?? 0
        let printed = lines.map { name, text in
            name + String(repeating: " ", count: width - name.count + 2) + text
        }
        return (printed + ["on_unmapped: \(onUnmapped.rawValue)"]).joined(separator: "\n")
    }
}
