/// What a record of the host has: fields with names and types.
package final class RecordType: Sendable {
    package struct Field: Sendable {
        package let name: String
        package let type: Type
        /// A rule that reads it unguarded may come out unknown.
        package let mayBeAbsent: Bool
        /// Personal or secret: traces show that it was read, never what it was.
        package let isRedacted: Bool
        /// The most bytes or elements it has; nil for the environment's default.
        package let maximumSize: Int?
        /// A string the host has upper-cased, such as a currency: no small letter can equal it.
        package let isUppercase: Bool
        /// A code of ISO 4217.
        package let isCurrency: Bool

        package init(
            _ name: String, _ type: Type, mayBeAbsent: Bool = false, isRedacted: Bool = false,
            maximumSize: Int? = nil, isUppercase: Bool = false, isCurrency: Bool = false
        ) {
            self.name = name
            self.type = type
            self.mayBeAbsent = mayBeAbsent
            self.isRedacted = isRedacted
            self.maximumSize = maximumSize
            self.isUppercase = isUppercase
            self.isCurrency = isCurrency
        }
    }

    package let name: String
    package let fields: [Field]

    package init(name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    /// The place of a field among the values of a record.
    package func index(of field: String) -> Int? {
        fields.firstIndex { equalUTF8($0.name, field) }
    }
}

/// A thing of the host's, such as an event: one value per field of its type, in that order.
package final class Record: Sendable {
    package let type: RecordType
    /// Nil where the field is absent.
    package let values: [Value?]

    package init(_ type: RecordType, _ values: [Value?]) {
        precondition(values.count == type.fields.count, "a record has a value per field")
        self.type = type
        self.values = values
    }

    /// A record from named values; fields not named are absent.
    package convenience init(_ type: RecordType, named values: [String: Value]) {
        self.init(type, type.fields.map { values[$0.name] })
    }

    package subscript(name: String) -> Value? {
        type.index(of: name).flatMap { values[$0] }
    }
}
