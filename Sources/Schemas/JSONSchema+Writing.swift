import JSON

extension JSONSchema {
    /// The place of the components that `named` schemas refer to.
    package enum Components: String, Sendable {
        /// Components of an OpenAPI document.
        case openAPI = "#/components/schemas/"
        /// Definitions at the top of a schema that is a document of its own.
        case definitions = "#/$defs/"
    }

    /// The named schemas in this one, by their names.
    package var components: [String: JSONSchema] {
        var found: [String: JSONSchema] = [:]
        collect(into: &found)
        return found
    }

    /// Adds the named schemas in this one to those found before.
    package func collect(into found: inout [String: JSONSchema]) {
        switch shape {
        case .named(let name, let schema):
            guard found.updateValue(schema, forKey: name) == nil else { return }
            schema.collect(into: &found)
        case .array(let element, _): element.collect(into: &found)
        case .anyOf(let schemas): for schema in schemas { schema.collect(into: &found) }
        case .object(let rules):
            for property in rules.properties { property.schema.collect(into: &found) }
            if case .each(let schema) = rules.others { schema.collect(into: &found) }
        case .anything, .null, .boolean, .integer, .number, .string, .constant, .reference: break
        }
    }

    /// Writes the schema as an object; named schemas in it become references.
    package func write(to json: inout Writer, _ components: Components) {
        json.object { writeMembers(to: &$0, components) }
    }

    /// Writes the schema as a document of its own, with the named schemas in it as definitions.
    package func document(titled title: String) -> [UInt8] {
        var json = Writer(layout: .indented)
        json.object { json in
            json.member("$schema", "https://json-schema.org/draft/2020-12/schema")
            json.member("title", title)
            writeMembers(to: &json, .definitions)
            let components = components.sorted { $0.key < $1.key }
            guard !components.isEmpty else { return }
            json.object("$defs") { json in
                for (name, schema) in components {
                    json.key(name)
                    schema.write(to: &json, .definitions)
                }
            }
        }
        return json.bytes
    }

    private func writeMembers(to json: inout Writer, _ components: Components) {
        json.member("description", ifPresent: summary)
        writeShape(to: &json, components)
        if let usual { json.member("default", raw: usual) }
        if !examples.isEmpty { json.list("examples", examples) { $1.raw($0) } }
    }

    private func writeShape(to json: inout Writer, _ components: Components) {
        switch shape {
        case .anything: break
        case .null: json.member("type", "null")
        case .boolean: writeType("boolean", to: &json)
        case .integer(let minimum, let maximum):
            writeType("integer", to: &json)
            // Without a bound the format says that the number has 64 bits.
            if minimum == nil || maximum == nil { json.member("format", "int64") }
            json.member("minimum", ifPresent: minimum)
            json.member("maximum", ifPresent: maximum)
        case .number(let bounds):
            writeType("number", to: &json)
            json.member("exclusiveMinimum", ifPresent: bounds.above)
            json.member("maximum", ifPresent: bounds.maximum)
        case .string(let rules): writeString(rules, to: &json)
        case .constant(let value):
            // A keyword that applies to one value needs an alternative for null.
            writeAlternatives(to: &json, components) { $0.member("const", raw: value) }
        case .array(let element, let rules):
            writeType("array", to: &json)
            json.key("items")
            element.write(to: &json, components)
            json.member("minItems", ifPresent: rules.minimum)
            json.member("maxItems", ifPresent: rules.maximum)
            if rules.isUnique { json.member("uniqueItems", true) }
        case .object(let rules): writeObject(rules, to: &json, components)
        case .anyOf(let schemas):
            json.list("anyOf", schemas + (isNullable ? [JSONSchema(.null)] : [])) {
                $0.write(to: &$1, components)
            }
        case .named(let name, _), .reference(let name):
            writeAlternatives(to: &json, components) { json in
                json.member("$ref", components.rawValue + name)
            }
        }
    }

    private func writeType(_ name: String, to json: inout Writer) {
        if isNullable { json.member("type", [name, "null"]) } else { json.member("type", name) }
    }

    private func writeAlternatives(
        to json: inout Writer, _ components: Components, _ keyword: (inout Writer) -> Void
    ) {
        guard isNullable else { return keyword(&json) }
        json.key("anyOf")
        json.beginArray()
        json.object(keyword)
        json.object { $0.member("type", "null") }
        json.endArray()
    }

    private func writeString(_ rules: TextRules, to json: inout Writer) {
        writeType("string", to: &json)
        if !rules.choices.isEmpty {
            json.key("enum")
            json.beginArray()
            for choice in rules.choices { json.string(choice) }
            if isNullable { json.null() }
            json.endArray()
        }
        json.member("format", ifPresent: rules.format)
        json.member("pattern", ifPresent: rules.pattern)
        json.member("minLength", ifPresent: rules.minimum)
        json.member("maxLength", ifPresent: rules.maximum)
    }

    private func writeObject(
        _ rules: ObjectRules, to json: inout Writer, _ components: Components
    ) {
        writeType("object", to: &json)
        if !rules.properties.isEmpty {
            json.object("properties") { json in
                for property in rules.properties {
                    json.key(property.name)
                    property.schema.write(to: &json, components)
                }
            }
        }
        let required = rules.properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { json.member("required", required) }
        switch rules.others {
        case .none: json.member("additionalProperties", false)
        case .any: break
        case .each(let schema):
            json.key("additionalProperties")
            schema.write(to: &json, components)
        }
        json.member("maxProperties", ifPresent: rules.maximum)
        guard !rules.oneRequired.isEmpty else { return }
        json.list("anyOf", rules.oneRequired) { name, json in
            json.object { $0.member("required", [name]) }
        }
    }
}
