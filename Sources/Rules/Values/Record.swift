/// The type of a record given by the host: fields with names and types.
package final class RecordType: Sendable {
    /// One field of a record.
    package struct Field: Sendable {
        /// The name in rules.
        package let name: String
        /// The type of its value.
        package let type: Type
        /// True if a rule that reads the field without `has` may fail.
        package let mayBeAbsent: Bool
        /// True for personal or secret content: traces show that it was read, and never its value.
        package let isRedacted: Bool
        /// The most bytes or elements; nil for the environment's default.
        package let maximumSize: Int?
        /// True for a string in upper case, such as a currency, which never equals one with a small
        /// letter.
        package let isUppercase: Bool
        /// True for a code of ISO 4217.
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

    /// The name of the type.
    package let name: String
    /// The fields in the order of a record's values.
    package let fields: [Field]

    package init(name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    /// The index of a field among the values of a record; nil if there is none.
    package func index(of field: String) -> Int? {
        fields.firstIndex { equalUTF8($0.name, field) }
    }
}

/// A composite fact, such as an event: one value per field of its type, in that order.
package final class Record: Sendable {
    /// The type of the record.
    package let type: RecordType
    /// The values in the order of the type's fields; nil for an absent field.
    package let values: [Value?]

    /// - Parameter values: one for each field of the type, in order.
    package init(_ type: RecordType, _ values: [Value?]) {
        precondition(values.count == type.fields.count, "a record has a value per field")
        self.type = type
        self.values = values
    }

    /// A record from named values; fields that are not named are absent.
    package convenience init(_ type: RecordType, named values: [String: Value]) {
        self.init(type, type.fields.map { values[$0.name] })
    }

    /// The value of a field; nil if it is absent.
    package subscript(name: String) -> Value? {
        type.index(of: name).flatMap { values[$0] }
    }
}
