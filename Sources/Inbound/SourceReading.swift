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

    /// What is to be kept of a message's header for it to be mapped again: `name: value` a line. The id
    /// itself is kept anyway.
    func keptFields(_ fields: Fields) -> String? {
        guard keepsFields else { return nil }
        let names = mapping.headerNames
        var lines: [String] = []
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
    /// The document of a body, in the form the source sends. Nil where it is none.
    func document(of body: [UInt8], storedItem: Bool) -> Document? {
        // An item of a list was kept as the JSON it was.
        if bodyFormats.contains(.form), !storedItem || body.first != UInt8(ascii: "{") {
            if let document = try? Form.document(from: body) { return document }
        }
        return try? Document(parsing: body)
    }
}
