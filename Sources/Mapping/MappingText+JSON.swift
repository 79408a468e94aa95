import JSON

/// An error in a source's declaration of its mapping, with its place.
package struct DeclarationError: Error, Equatable, Sendable {
    /// The kind of error.
    package enum Reason: Equatable, Sendable {
        case notAnObject
        case notAnExpression
        case unknownField(String)
        case unknownChoice
    }

    /// A JSON pointer (RFC 6901) relative to the source.
    package let pointer: String
    /// The kind of error.
    package let reason: Reason
}

extension DeclarationError: CustomStringConvertible {
    /// The pointer and the error.
    package var description: String {
        switch reason {
        case .notAnObject: "\(pointer): an object of expressions is expected"
        case .notAnExpression: "\(pointer): the text of an expression is expected"
        case .unknownField(let name): "\(pointer): a mapping has no field '\(name)'"
        case .unknownChoice: "\(pointer): 'refuse' or 'keep' is expected"
        }
    }
}

extension MappingText {
    /// Reads a source's `each`, `filter`, `mapping` and `on_unmapped`; null removes a field.
    /// Members that are not mentioned stay, so a preset can be adjusted by the field. Returns all
    /// errors.
    package mutating func take(from source: JSON.Value) -> [DeclarationError] {
        var errors: [DeclarationError] = []
        for field in [Field.each, .filter] {
            guard let value = source[field.name] else { continue }
            take(field, value, at: "/\(field.name)", &errors)
        }
        if let choice = source["on_unmapped"], !choice.isNull {
            if let known = choice.string.flatMap(OnUnmapped.init(rawValue:)) {
                onUnmapped = known
            } else {
                errors.append(DeclarationError(pointer: "/on_unmapped", reason: .unknownChoice))
            }
        }
        guard let mapping = source["mapping"], !mapping.isNull else { return errors }
        guard mapping.kind == .object else {
            errors.append(DeclarationError(pointer: "/mapping", reason: .notAnObject))
            return errors
        }
        for (key, value) in mapping.members {
            let pointer = "/mapping/\(escaped(key.string))"
            guard let field = Field(rawValue: key.string), !field.standsBesideMapping else {
                errors.append(
                    DeclarationError(pointer: pointer, reason: .unknownField(key.string)))
                continue
            }
            take(field, value, at: pointer, &errors)
        }
        return errors
    }

    private mutating func take(
        _ field: Field, _ value: JSON.Value, at pointer: String, _ errors: inout [DeclarationError]
    ) {
        if value.isNull {
            self[field] = []
        } else if let text = value.string {
            self[field] = [text]
        } else if field.takesSeveral, value.kind == .array {
            let texts = value.elements.compactMap(\.string)
            if texts.count == value.count {
                self[field] = texts
            } else {
                errors.append(DeclarationError(pointer: pointer, reason: .notAnExpression))
            }
        } else {
            errors.append(DeclarationError(pointer: pointer, reason: .notAnExpression))
        }
    }

    /// Writes the same members, into the object that the caller has opened.
    package func write(to writer: inout Writer) {
        for field in fields where field.standsBesideMapping { write(field, to: &writer) }
        writer.key("mapping")
        writer.beginObject()
        for field in fields where !field.standsBesideMapping { write(field, to: &writer) }
        writer.endObject()
        writer.member("on_unmapped", onUnmapped.rawValue)
    }

    private func write(_ field: Field, to writer: inout Writer) {
        let texts = self[field]
        writer.key(field.name)
        if texts.count == 1 {
            writer.string(texts[0])
        } else {
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
    }
}

/// A name as a part of a JSON pointer.
private func escaped(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
        switch scalar {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.unicodeScalars.append(scalar)
        }
    }
    return text
}
