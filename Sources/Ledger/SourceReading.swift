import HTTP
import JSON
import Mapping

/// The rules for reading a source's messages: all that does not depend on its secrets, so that
/// messages received under an earlier version can be read again without them.
package final class SourceReading: Sendable {
    /// The mapping from a body to events.
    package let mapping: CompiledMapping
    /// The accepted formats of a body.
    package let bodyFormats: [BodyFormat]
    /// True if mapping a message again needs more of its header than its id.
    private let keepsFields: Bool

    package init(mapping: CompiledMapping, bodyFormats: [BodyFormat]) {
        self.mapping = mapping
        self.bodyFormats = bodyFormats
        keepsFields = mapping.headerNames != mapping.eventIDHeaderNames
    }
}

extension SourceReading {
    /// True if the source sends bodies of this media type.
    package func accepts(_ contentType: ArraySlice<UInt8>?) -> Bool {
        guard let contentType, let format = BodyFormat(contentType: contentType) else {
            return false
        }
        return bodyFormats.contains(format)
    }

    /// The mark of a form among the stored fields. No field has a name without a colon.
    private static let formMark = "form"
    private static let uncutMark = "uncut"

    /// The parts of a message's header that must be stored to map it again: one `name: value` per
    /// line, and marks in lines of their own if the stored body is a form, or one that `each` could
    /// not split into items. The id itself is stored anyway.
    package func keptFields(
        _ fields: Fields, bodyIn format: BodyFormat, isUncut: Bool = false
    ) -> String? {
        let names = mapping.headerNames
        var lines: [String] = format == .form ? [Self.formMark] : []
        if isUncut { lines.append(Self.uncutMark) }
        guard keepsFields else { return lines.isEmpty ? nil : lines.joined(separator: "\n") }
        fields.forEach { name, value in
            let name = String(decoding: name, as: UTF8.self)
            guard names.contains(name) else { return }
            lines.append(name + ": " + String(decoding: value, as: UTF8.self))
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// The stored fields, with the id in the fields that it is taken from.
    package func fields(kept: String?, eventID: String) -> Fields {
        var fields = Fields()
        for line in kept?.split(separator: "\n") ?? [] {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { continue }
            fields.append(
                stored: String(line[..<colon]), String(line[colon...].dropFirst(2)))
        }
        guard case .only(let names) = mapping.eventIDHeaderNames else { return fields }
        for name in names where fields.first(name) == nil { fields.append(stored: name, eventID) }
        return fields
    }
}

extension SourceReading {
    /// The document of a stored body, in the format in which it was received. Nil if it cannot be
    /// parsed.
    func document(of body: [UInt8], kept fields: String?) -> Document? {
        return has(Self.formMark, fields)
            ? try? Form.document(from: body) : try? Document(parsing: body)
    }
    /// The item of a stored body. A body that was stored whole because it had no items is split
    /// again: if it has one now, that is the event; several cannot be stored in its place.
    func item(_ document: Document, headers: Fields, kept fields: String?) -> Mapped.Item {
        guard has(Self.uncutMark, fields) else {
            return mapping.mapItem(document.root, headers: headers)
        }
        switch mapping.map(document, headers: headers) {
        case .single(let item): return item
        case .batch(let items):
            guard let only = items.first, items.count == 1 else {
                return .unmapped([
                    MappingProblem(
                        .each, mapping.text[.each].first ?? "",
                        .wrongType(
                            found: "a list of \(items.count)",
                            wanted: "one item, as it was kept as one event; have it sent again"))
                ])
            }
            return only.item
        }
    }

    private func has(_ mark: String, _ fields: String?) -> Bool {
        fields?.split(separator: "\n").prefix(2).contains { $0 == mark } ?? false
    }
}
