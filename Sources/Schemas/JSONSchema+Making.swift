import JSON

// Schemas of common values.

extension JSONSchema {
    /// Any JSON value.
    package static let anything = JSONSchema(.anything)
    /// True or false.
    package static let boolean = JSONSchema(.boolean)
    /// Any string.
    package static let string = JSONSchema(.string(TextRules()))
    /// Any whole number of 64 bits.
    package static let integer = JSONSchema(.integer(minimum: nil, maximum: nil))
    /// A number of items.
    package static let count = JSONSchema(.integer(minimum: 0, maximum: nil))
    /// The number of a row.
    package static let id = JSONSchema(.integer(minimum: 1, maximum: nil))
    /// A time of RFC 3339.
    package static let instant = JSONSchema(.string(TextRules(format: "date-time")))
    /// A UUID of RFC 9562, in lower case.
    package static let uuid = JSONSchema(.string(TextRules(format: "uuid")))

    /// A whole number in a range.
    package static func integer(in range: ClosedRange<Int64>) -> JSONSchema {
        JSONSchema(.integer(minimum: range.lowerBound, maximum: range.upperBound))
    }

    /// A number above a bound, and at most a maximum.
    package static func number(above bound: Int64, atMost maximum: Int64) -> JSONSchema {
        JSONSchema(.number(NumberBounds(above: bound, maximum: maximum)))
    }

    /// A string that follows rules.
    package static func string(_ rules: TextRules) -> JSONSchema { JSONSchema(.string(rules)) }

    /// A text that is not empty and has no control characters. The reader's limit is in bytes, of
    /// which a character has at least one.
    package static func text(atMost limit: Int) -> JSONSchema {
        JSONSchema(
            .string(
                TextRules(
                    minimum: 1, maximum: limit,
                    pattern: #"^[^\u0000-\u001F\u007F-\u009F]+$"#)))
    }

    /// One of some texts.
    package static func choice(_ choices: [String]) -> JSONSchema {
        JSONSchema(.string(TextRules(choices: choices)))
    }

    /// The text of one of the values of an enum.
    package static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type
    ) -> JSONSchema {
        choice(Choice.allCases.map(\.rawValue))
    }

    /// A single text.
    package static func constant(_ text: String) -> JSONSchema {
        var json = Writer()
        json.string(text)
        return JSONSchema(.constant(json.bytes))
    }

    /// A single truth value.
    package static func constant(_ flag: Bool) -> JSONSchema {
        JSONSchema(.constant(Array((flag ? "true" : "false").utf8)))
    }

    /// A list.
    package static func array(
        of element: JSONSchema, atLeast minimum: Int? = nil, atMost maximum: Int? = nil,
        isUnique: Bool = false
    ) -> JSONSchema {
        JSONSchema(
            .array(
                of: element, ListRules(minimum: minimum, maximum: maximum, isUnique: isUnique)))
    }

    /// An object with these members and no others, as a request has it.
    ///
    /// - Parameter oneRequired: the names of which at least one must be present.
    package static func closed(
        _ properties: [Property], requiringOneOf oneRequired: [String] = []
    ) -> JSONSchema {
        JSONSchema(
            .object(ObjectRules(properties: properties, others: .none, oneRequired: oneRequired)))
    }

    /// An object with these members, as a response has it. Later releases may add members, which
    /// clients ignore.
    package static func object(_ properties: [Property]) -> JSONSchema {
        JSONSchema(.object(ObjectRules(properties: properties, others: .any)))
    }

    /// An object whose members all have one schema.
    package static func map(of value: JSONSchema, atMost maximum: Int? = nil) -> JSONSchema {
        JSONSchema(
            .object(ObjectRules(properties: [], others: .each(value), maximum: maximum)))
    }

    /// A value that at least one of the schemas accepts.
    package static func any(of schemas: [JSONSchema]) -> JSONSchema { JSONSchema(.anyOf(schemas)) }

    /// A schema that is written once, as a component with this name.
    package static func named(_ name: String, _ schema: JSONSchema) -> JSONSchema {
        JSONSchema(.named(name, schema))
    }

    /// A reference to the component with this name, from inside it.
    package static func reference(_ name: String) -> JSONSchema { JSONSchema(.reference(name)) }
}

extension JSONSchema {
    /// The schema that accepts null, too.
    package var nullable: JSONSchema {
        var schema = self
        schema.isNullable = true
        return schema
    }

    /// The schema with a description.
    package func described(_ summary: String) -> JSONSchema {
        var schema = self
        schema.summary = summary
        return schema
    }

    /// The schema with the default of the value, as compact JSON text.
    package func defaulting(to json: [UInt8]) -> JSONSchema {
        var schema = self
        schema.usual = json
        return schema
    }

    /// The schema with an example, as compact JSON text.
    package func example(_ json: [UInt8]) -> JSONSchema {
        var schema = self
        schema.examples.append(json)
        return schema
    }

    /// The schema with a text as an example.
    package func example(_ text: String) -> JSONSchema {
        var json = Writer()
        json.string(text)
        return example(json.bytes)
    }

    /// The schema of a merge patch (RFC 7396) for a value of this schema: the members of objects are
    /// optional, and null removes one. A list is replaced as a whole.
    package var mergePatch: JSONSchema {
        var patch = self
        switch shape {
        case .named(let name, let schema): patch.shape = .named(name + "Patch", schema.mergePatch)
        case .object(var rules) where rules.others == .none:
            rules.properties = rules.properties.map {
                .optional($0.name, $0.schema.mergePatch.nullable)
            }
            rules.oneRequired = []
            patch.shape = .object(rules)
        case .anyOf(let schemas): patch.shape = .anyOf(Self.united(schemas))
        default: break
        }
        return patch
    }

    /// The merge patches of alternatives: one for all objects, as a patch may change one object into
    /// another.
    private static func united(_ schemas: [JSONSchema]) -> [JSONSchema] {
        let objects = schemas.filter { if case .object = $0.shape { true } else { false } }
        guard objects.count > 1 else { return schemas.map(\.mergePatch) }
        var properties: [Property] = []
        for property in objects.flatMap(\.mergePatch.properties)
        where !properties.contains(where: { $0.name == property.name }) {
            properties.append(property)
        }
        return schemas.filter { !objects.contains($0) } + [.closed(properties)]
    }

    /// The members of an object, also of a named one; empty for any other schema.
    package var properties: [Property] {
        switch shape {
        case .object(let rules): rules.properties
        case .named(_, let schema): schema.properties
        default: []
        }
    }
}
