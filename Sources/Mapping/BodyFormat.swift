/// How a body is written.
package enum BodyFormat: String, CaseIterable, Sendable {
    case json, form

    /// What a `Content-Type` says; nil for anything that is neither, and for character sets other
    /// than UTF-8. Any `application/…+json` is JSON (RFC 6839 section 3.1).
    package init?(contentType: some Collection<UInt8>) {
        let parts = contentType.split(separator: UInt8(ascii: ";")).map { trimmedLowercase($0) }
        guard let type = parts.first else { return nil }
        for parameter in parts.dropFirst() where parameter.hasPrefix("charset=") {
            let value = parameter.dropFirst("charset=".count)
            guard value == "utf-8" || value == "\"utf-8\"" || value == "utf8" else { return nil }
        }
        if type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json") {
            self = .json
        } else if type == "application/x-www-form-urlencoded" {
            self = .form
        } else {
            return nil
        }
    }

    /// What a sender of this format is told to send.
    package var contentType: String {
        switch self {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        }
    }
}

/// A media type or parameter; all that is looked for is ASCII, so anything else may come out garbled.
private func trimmedLowercase(_ bytes: some Collection<UInt8>) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    var bytes = bytes.drop(while: isSpace).map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}
