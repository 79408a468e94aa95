/// The signed text in a source's settings: literal characters, and names in braces for parts of the
/// delivery.
///
/// | in braces | replaced by |
/// |---|---|
/// | `body` | the raw body; required |
/// | `timestamp` | the time as the sender wrote it; being signed, it is checked against the clock |
/// | `id` | the sender's id of the message |
/// | `method` | the request's method |
/// | `url` | the source's configured public URL |
/// | `header:Name` | the value of a header, which must occur exactly once |
///
/// `{{` and `}}` are literal braces. `{timestamp}.{body}` is the text that Stripe signs.
enum SignatureTemplate {
    static func parse(_ text: String) throws(ConfigurationError) -> [Signing.Part] {
        var parts: [Signing.Part] = []
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == open || byte == close else {
                literal.append(byte)
                index += 1
                continue
            }
            if index + 1 < bytes.count, bytes[index + 1] == byte {
                literal.append(byte)
                index += 2
                continue
            }
            guard byte == open, let end = bytes[index...].firstIndex(of: close) else {
                throw mistake(.templateUnclosed(offset: index))
            }
            if !literal.isEmpty {
                parts.append(.literal(String(decoding: literal, as: UTF8.self)))
                literal = []
            }
            let name = String(decoding: bytes[index + 1..<end], as: UTF8.self)
            guard let part = part(named: name) else {
                throw mistake(.templateUnknown(name, offset: index))
            }
            parts.append(part)
            index = end + 1
        }
        if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
        guard parts.contains(.body) else { throw mistake(.templateWithoutBody) }
        return parts
    }

    private static let open = UInt8(ascii: "{")
    private static let close = UInt8(ascii: "}")

    private static func mistake(_ fault: ConfigurationError.Reason) -> ConfigurationError {
        ConfigurationError(.signature("template"), fault)
    }

    private static func part(named name: String) -> Signing.Part? {
        switch name {
        case "body": return .body
        case "timestamp": return .timestamp
        case "id": return .id
        case "method": return .method
        case "url": return .url(decoding: "")
        default:
            guard name.hasPrefix("header:") else { return nil }
            let header = String(name.dropFirst("header:".count))
            return header.isFieldName ? .header(header) : nil
        }
    }
}
