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

    /// What a line of kept fields says of the body. No field has a name without a colon.
    private static let formMark = "form"

    /// What is to be kept of a message's header for it to be mapped again: `name: value` a line, and a line
    /// that says so where the kept body is a form. The id itself is kept anyway.
    func keptFields(_ fields: Fields, bodyIn format: BodyFormat) -> String? {
        guard keepsFields || format == .form else { return nil }
        let names = mapping.headerNames
        var lines: [String] = format == .form ? [Self.formMark] : []
        guard keepsFields else { return Self.formMark }
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
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields.append(
                String(line[..<colon]), String(line[colon...].dropFirst(2)))
        }
        guard case .only(let names) = mapping.eventIDHeaderNames else { return fields }
        for name in names where fields.first(name) == nil { fields.append(name, eventID) }
        return fields
    }
}

extension SourceReading {
    /// The document of a stored body, read as what it was received in. Nil where it is none.
    func document(of body: [UInt8], kept fields: String?) -> Document? {
        let isForm = fields?.split(separator: "\n").first.map { $0 == Self.formMark } ?? false
        return isForm ? try? Form.document(from: body) : try? Document(parsing: body)
    }
}
