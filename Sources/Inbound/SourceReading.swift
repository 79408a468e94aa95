import HTTP
import JSON
import Mapping

/// How a source's messages are read: all that does not depend on its secrets, so that what was received under
/// an earlier version can be read again without them.
package final class SourceReading: Sendable {
    package let mapping: CompiledMapping
    package let bodyFormats: [BodyFormat]
    /// Whether mapping a message again takes more of its header than its id.
    private let keepsFields: Bool

    package init(mapping: CompiledMapping, bodyFormats: [BodyFormat]) {
        self.mapping = mapping
        self.bodyFormats = bodyFormats
        keepsFields = mapping.headerNames != mapping.eventIDHeaderNames
    }
}

extension SourceReading {
    /// Whether the source sends bodies of this media type.
    func accepts(_ contentType: ArraySlice<UInt8>?) -> Bool {
        guard let contentType, let format = BodyFormat(contentType: contentType) else {
            return false
        }
        return bodyFormats.contains(format)
    }

    /// What lines of kept fields say of the body. No field has a name without a colon.
    private static let formMark = "form"
    private static let uncutMark = "uncut"

    /// What is to be kept of a message's header for it to be mapped again: `name: value` a line, and a line
    /// each that says so where the kept body is a form, or one that `each` could not cut into items. The id
    /// itself is kept anyway.
    func keptFields(
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

    /// The fields again, with the id in those it rests on.
    func fields(kept: String?, eventID: String) -> Fields {
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
    /// The document of a stored body, read as what it was received in. Nil where it is none.
    func document(of body: [UInt8], kept fields: String?) -> Document? {
        return has(Self.formMark, fields)
            ? try? Form.document(from: body) : try? Document(parsing: body)
    }
    /// What a stored body says. One that was kept whole because it had no items is cut again: where it has one
    /// by now, that is the event; several have no place in it.
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
