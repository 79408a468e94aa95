import Foundation

/// Validates JSON as Foundation reads it against the JSON Schemas of one document: the keywords that the
/// schemas of refgate use. An unknown keyword is a fault, so that none is passed over.
package struct SchemaValidator {
    /// A place of the instance that its schema does not accept.
    package struct Fault: Equatable, CustomStringConvertible {
        /// A JSON pointer into the instance.
        package let pointer: String
        package let message: String

        package var description: String { "\(pointer): \(message)" }
    }

    private let document: [String: Any]
    /// True to refuse members without a schema also where a schema is open to them. The schemas of responses
    /// are open, so that clients stand later members; the server itself must describe each member.
    private let isClosed: Bool

    package init(_ document: [String: Any], isClosed: Bool = false) {
        self.document = document
        self.isClosed = isClosed
    }

    package func faults(of instance: Any, against schema: Any, at pointer: String = "") -> [Fault] {
        func fault(_ message: String) -> [Fault] { [Fault(pointer: pointer, message: message)] }
        if let flag = schema as? Bool, isBoolean(schema) { return flag ? [] : fault("refused") }
        guard let schema = schema as? [String: Any] else { return fault("no schema: \(schema)") }
        var faults: [Fault] = []
        for (keyword, value) in schema.sorted(by: { $0.key < $1.key }) {
            switch keyword {
            case "$schema", "$defs", "title", "description", "default", "examples", "properties",
                "required", "items":
                continue
            case "$ref":
                guard let target = resolved(value as? String ?? "") else {
                    faults += fault("\(value) leads nowhere")
                    continue
                }
                faults += self.faults(of: instance, against: target, at: pointer)
            case "type":
                let names = value as? [String] ?? [value as? String ?? ""]
                if !names.contains(where: { isOf($0, instance) }) {
                    faults += fault(
                        "\(kind(of: instance)) is not \(names.joined(separator: " or "))")
                }
            case "const":
                if !isEqual(instance, value) { faults += fault("\(instance) is not \(value)") }
            case "enum":
                let choices = value as? [Any] ?? []
                if !choices.contains(where: { isEqual(instance, $0) }) {
                    faults += fault("\(instance) is not among \(choices)")
                }
            case "anyOf":
                faults += alternatives(value as? [Any] ?? [], instance, pointer)
            default:
                switch instance {
                case let text as String: faults += self.text(text, keyword, value, fault)
                case let list as [Any]: faults += self.list(list, keyword, value, fault)
                case let object as [String: Any]:
                    faults += self.object(object, keyword, value, schema, pointer, fault)
                case let number as NSNumber where !isBoolean(number):
                    faults += self.number(number, keyword, value, fault)
                default: if !Self.known.contains(keyword) { faults += fault("keyword \(keyword)") }
                }
            }
        }
        return faults + members(of: instance, schema, pointer)
    }

    private static let known: Set<String> = [
        "format", "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
        "minimum", "maximum", "exclusiveMinimum", "additionalProperties", "maxProperties",
    ]

    // MARK: Keywords

    private func text(
        _ text: String, _ keyword: String, _ value: Any, _ fault: (String) -> [Fault]
    ) -> [Fault] {
        let count = text.unicodeScalars.count
        switch keyword {
        case "minLength": return count >= value as? Int ?? 0 ? [] : fault("too short")
        case "maxLength": return count <= value as? Int ?? 0 ? [] : fault("too long")
        case "pattern":
            let pattern = value as? String ?? ""
            return text.range(of: pattern, options: .regularExpression) != nil
                ? [] : fault("\(text.debugDescription) does not match \(pattern)")
        case "format":
            return isOfFormat(value as? String ?? "", text) ? [] : fault("not a \(value)")
        default: return Self.known.contains(keyword) ? [] : fault("keyword \(keyword)")
        }
    }

    private func isOfFormat(_ format: String, _ text: String) -> Bool {
        switch format {
        case "date-time":
            text.wholeMatch(
                of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/) != nil
        case "uuid":
            text.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil
        case "email": text.wholeMatch(of: /[^@\s]+@[^@\s]+/) != nil
        case "uri": URL(string: text)?.scheme != nil
        default: false
        }
    }

    private func list(
        _ list: [Any], _ keyword: String, _ value: Any, _ fault: (String) -> [Fault]
    ) -> [Fault] {
        switch keyword {
        case "minItems": return list.count >= value as? Int ?? 0 ? [] : fault("too few elements")
        case "maxItems": return list.count <= value as? Int ?? 0 ? [] : fault("too many elements")
        case "uniqueItems":
            let isUnique = list.indices.allSatisfy { index in
                !list[..<index].contains { isEqual($0, list[index]) }
            }
            return isUnique ? [] : fault("two equal elements")
        default: return Self.known.contains(keyword) ? [] : fault("keyword \(keyword)")
        }
    }

    private func number(
        _ number: NSNumber, _ keyword: String, _ value: Any, _ fault: (String) -> [Fault]
    ) -> [Fault] {
        let bound = value as? NSNumber ?? 0
        switch keyword {
        case "minimum":
            return number.compare(bound) != .orderedAscending ? [] : fault("\(number) < \(bound)")
        case "maximum":
            return number.compare(bound) != .orderedDescending ? [] : fault("\(number) > \(bound)")
        case "exclusiveMinimum":
            return number.compare(bound) == .orderedDescending ? [] : fault("\(number) <= \(bound)")
        case "format" where value as? String == "int64":
            return number.doubleValue.rounded() == number.doubleValue ? [] : fault("not whole")
        default: return Self.known.contains(keyword) ? [] : fault("keyword \(keyword)")
        }
    }

    private func object(
        _ object: [String: Any], _ keyword: String, _ value: Any, _ schema: [String: Any],
        _ pointer: String, _ fault: (String) -> [Fault]
    ) -> [Fault] {
        switch keyword {
        case "additionalProperties":
            let described = schema["properties"] as? [String: Any] ?? [:]
            return object.filter { described[$0.key] == nil }.flatMap { name, member in
                self.faults(of: member, against: value, at: "\(pointer)/\(name)")
            }
        case "maxProperties":
            return object.count <= value as? Int ?? 0 ? [] : fault("too many members")
        default: return Self.known.contains(keyword) ? [] : fault("keyword \(keyword)")
        }
    }

    private func members(
        of instance: Any, _ schema: [String: Any], _ pointer: String
    ) -> [Fault] {
        if let list = instance as? [Any], let items = schema["items"] {
            return list.enumerated().flatMap { index, element in
                self.faults(of: element, against: items, at: "\(pointer)/\(index)")
            }
        }
        guard let object = instance as? [String: Any] else { return [] }
        var faults: [Fault] = []
        for name in schema["required"] as? [String] ?? [] where object[name] == nil {
            faults.append(Fault(pointer: pointer, message: "\(name) is missing"))
        }
        guard let properties = schema["properties"] as? [String: Any] else { return faults }
        for (name, member) in object {
            if let property = properties[name] {
                faults += self.faults(of: member, against: property, at: "\(pointer)/\(name)")
            } else if isClosed, schema["additionalProperties"] == nil {
                faults.append(Fault(pointer: pointer, message: "\(name) is not described"))
            }
        }
        return faults
    }

    /// Nothing where one alternative accepts the instance, else the faults of the nearest one.
    private func alternatives(
        _ schemas: [Any], _ instance: Any, _ pointer: String
    ) -> [Fault] {
        let all = schemas.map { faults(of: instance, against: $0, at: pointer) }
        if all.contains(where: \.isEmpty) { return [] }
        return all.min { $0.count < $1.count }
            ?? [Fault(pointer: pointer, message: "no alternative")]
    }

    private func resolved(_ reference: String) -> Any? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document as Any?) {
            value, name in
            (value as? [String: Any])?[String(name)]
        }
    }

    // MARK: Types

    private func isBoolean(_ value: Any) -> Bool {
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
    }

    private func kind(of value: Any) -> String {
        ["null", "boolean", "integer", "number", "string", "array", "object"]
            .first { isOf($0, value) } ?? "\(type(of: value))"
    }

    private func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "null": value is NSNull
        case "boolean": isBoolean(value)
        case "integer":
            !isBoolean(value)
                && (value as? NSNumber).map { $0.doubleValue.rounded() == $0.doubleValue } ?? false
        case "number": value is NSNumber && !isBoolean(value)
        case "string": value is String
        case "array": value is [Any]
        case "object": value is [String: Any]
        default: false
        }
    }

    private func isEqual(_ left: Any, _ right: Any) -> Bool {
        guard isBoolean(left) == isBoolean(right), kind(of: left) == kind(of: right) else {
            return false
        }
        return (left as? NSObject)?.isEqual(right) ?? false
    }
}
