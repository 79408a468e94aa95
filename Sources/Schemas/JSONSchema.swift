import JSON

/// A JSON Schema of the draft 2020-12: the set of JSON values that a place of a document may have.
package struct JSONSchema: Equatable, Sendable {
    /// The values without null; `isNullable` adds null.
    package indirect enum Shape: Equatable, Sendable {
        /// Any value.
        case anything
        case null
        case boolean
        /// A whole number within the bounds, which are inclusive; nil for no bound.
        case integer(minimum: Int64?, maximum: Int64?)
        case number(NumberBounds)
        case string(TextRules)
        /// One value, as compact JSON text.
        case constant([UInt8])
        case array(of: JSONSchema, ListRules)
        case object(ObjectRules)
        /// At least one of the schemas accepts the value.
        case anyOf([JSONSchema])
        /// A schema that is written once, as a component with this name.
        case named(String, JSONSchema)
        /// A reference to a component from inside it. The component is written where a `named`
        /// schema with the name is part of the same document.
        case reference(String)
    }

    /// The values without null.
    package var shape: Shape
    /// True if null is accepted, too.
    package var isNullable = false
    /// The meaning of the value, as a sentence.
    package var summary: String?
    /// The value that has the same effect as an omitted one, as compact JSON text.
    package var usual: [UInt8]?
    /// Examples, each as compact JSON text.
    package var examples: [[UInt8]] = []

    /// Creates a schema without a description.
    package init(_ shape: Shape) { self.shape = shape }
}

extension JSONSchema {
    /// The bounds of a number that may have decimals.
    package struct NumberBounds: Equatable, Sendable {
        /// The bound below, which is not itself accepted; nil for none.
        package var above: Int64?
        /// The greatest accepted value; nil for none.
        package var maximum: Int64?

        /// Creates bounds; without arguments they accept every number.
        package init(above bound: Int64? = nil, maximum: Int64? = nil) {
            above = bound
            self.maximum = maximum
        }
    }

    /// The rules for a string.
    package struct TextRules: Equatable, Sendable {
        /// The minimum number of characters.
        package var minimum: Int?
        /// The maximum number of characters.
        package var maximum: Int?
        /// The format, such as `date-time`; nil for any text.
        package var format: String?
        /// A regular expression (ECMA-262) that the text contains a match of.
        package var pattern: String?
        /// The accepted texts; empty for any.
        package var choices: [String] = []

        /// Creates rules; without arguments they accept every string.
        package init(
            minimum: Int? = nil, maximum: Int? = nil, format: String? = nil, pattern: String? = nil,
            choices: [String] = []
        ) {
            self.minimum = minimum
            self.maximum = maximum
            self.format = format
            self.pattern = pattern
            self.choices = choices
        }
    }

    /// The rules for a list.
    package struct ListRules: Equatable, Sendable {
        /// The minimum number of elements.
        package var minimum: Int?
        /// The maximum number of elements.
        package var maximum: Int?
        /// True if no two elements may be equal.
        package var isUnique = false
    }

    /// The rules for an object.
    package struct ObjectRules: Equatable, Sendable {
        /// The members that have a schema of their own, in the order in which they are written.
        package var properties: [Property]
        /// The schema of all other members; nil if there must not be any.
        package var others: Others
        /// The names of which at least one must be present; empty for no such rule.
        package var oneRequired: [String] = []
        /// The maximum number of members.
        package var maximum: Int?
    }

    /// The members of an object that have no schema of their own.
    package indirect enum Others: Equatable, Sendable {
        /// None is accepted.
        case none
        /// Each is accepted. A later release may add members.
        case any
        /// Each has this schema.
        case each(JSONSchema)
    }

    /// A member of an object.
    package struct Property: Equatable, Sendable {
        /// The name of the member.
        package var name: String
        /// The values of the member.
        package var schema: JSONSchema
        /// True if every object has the member.
        package var isRequired: Bool

        /// Creates a member.
        package init(_ name: String, _ schema: JSONSchema, isRequired: Bool) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }

        /// A member that every object has.
        package static func required(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name, schema, isRequired: true)
        }

        /// A member that an object may leave out.
        package static func optional(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name, schema, isRequired: false)
        }
    }
}
