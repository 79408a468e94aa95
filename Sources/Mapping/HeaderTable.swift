import HTTP
import Rules

/// A message's header fields as the map that expressions read: names in lower case, field lines of
/// one name joined by a comma (RFC 9110 section 5.3). Credentials are left out: they must neither
/// be mapped nor be stored for a later mapping.
final class HeaderTable: StringTable {
    private let fields: Fields

    init(_ fields: Fields) { self.fields = fields }

    func string(named name: String) -> String? {
        guard let first = fields.first(name), !isCredential(name.utf8.span) else { return nil }
        let lines = fields.all(name)
        guard lines.count > 1 else { return String(decoding: first, as: UTF8.self) }
        return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
    }

    var names: [String] {
        var seen: Set<[UInt8]> = []
        var names: [String] = []
        fields.forEach { name, _ in
            guard !isCredential(name.span), seen.insert(Array(name)).inserted else { return }
            names.append(String(decoding: name, as: UTF8.self))
        }
        return names
    }
}

/// True if a header field of this name holds credentials (RFC 9110 section 11, RFC 6265).
private func isCredential(_ name: Span<UInt8>) -> Bool {
    switch name.count {
    case 6: name.equals("cookie")
    case 13: name.equals("authorization")
    case 19: name.equals("proxy-authorization")
    default: false
    }
}

extension Span<UInt8> {
    fileprivate func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { other in
            count == other.count && indices.allSatisfy { self[$0] == other[$0] }
        }
    }
}

extension HeaderNames {
    /// The fields to store so that the mapping gives the same result later.
    ///
    /// - Parameter secret: the name, in lower case, of the field with a bearer token.
    package func kept(of fields: Fields, without secret: String? = nil) -> Fields {
        var kept = Fields()
        fields.forEach { name, value in
            let text = String(decoding: name, as: UTF8.self)
            guard contains(text), text != secret, !isCredential(name.span) else { return }
            kept.append(name: name, value: value)
        }
        return kept
    }
}
