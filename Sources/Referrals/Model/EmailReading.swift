/// Extracts an address from a text that is not in canonical form.
///
/// Removed parts: white space around the address, `mailto:`, a display name with its brackets, a
/// comment at the edge of a part, quotation marks that are not needed, a final full stop. The rest
/// must be an address; it is refused if it is not one, or if a part is ambiguous.
struct EmailReading {
    let local: String
    let domain: String

    init?(_ text: String) {
        var rest = UnicodeText.folded(text.unicodeScalars)[...]
        Self.trim(&rest)
        guard Self.removeMailto(&rest), Self.removeDisplayName(&rest),
            Self.removeComments(&rest)
        else { return nil }
        guard let at = rest.lastIndex(of: "@") else { return nil }
        var local = rest[..<at]
        var domain = rest[rest.index(after: at)...]
        Self.trim(&local)
        Self.trim(&domain)
        guard let name = Self.unquoted(local), Self.isLocal(name),
            let host = DomainName.canonical(domain)
        else { return nil }
        self.local = String(name)
        self.domain = host
    }

    private static func trim(_ text: inout Substring) {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return text = "" }
        text = text[first..<scalars.index(after: last)]
    }

    /// Removes `mailto:`; returns false if the link contains more than an address.
    private static func removeMailto(_ text: inout Substring) -> Bool {
        guard text.hasPrefix("mailto:") else { return true }
        text = text.dropFirst(7)
        trim(&text)
        return !text.utf8.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "?") }
            && text.utf8.first != UInt8(ascii: "/")
    }

    /// Keeps only the text in the angle brackets at the end, if there are any; returns false if
    /// they are unbalanced.
    private static func removeDisplayName(_ text: inout Substring) -> Bool {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") })
        else { return true }
        guard text.utf8.last == UInt8(ascii: ">"),
            text.utf8.count(where: { $0 == UInt8(ascii: ">") }) == 1,
            text.utf8.count(where: { $0 == UInt8(ascii: "<") }) == 1,
            let open = text.firstIndex(of: "<")
        else { return false }
        text = text[text.index(after: open)...].dropLast()
        trim(&text)
        return removeMailto(&text)
    }

    /// Removes comments at the edges of the local part and the domain; returns false for a comment
    /// inside a part, whose removal would join two texts.
    private static func removeComments(_ text: inout Substring) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "(")) else { return true }
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") })
        else { return false }
        var rest = String(text)[...]
        while let open = rest.firstIndex(of: "(") {
            guard let close = rest[open...].firstIndex(of: ")") else { return false }
            let inside = rest[rest.index(after: open)..<close]
            guard !inside.contains("("), !inside.contains("@") else { return false }
            var before = rest[..<open]
            var after = rest[rest.index(after: close)...]
            trim(&before)
            trim(&after)
            guard before.isEmpty || after.isEmpty || before.last == "@" || after.first == "@"
            else { return false }
            rest = String(before + after)[...]
        }
        text = rest
        return true
    }

    /// Returns the local part without quotation marks; nil if they are needed or unbalanced.
    private static func unquoted(_ local: Substring) -> Substring? {
        guard local.utf8.first == UInt8(ascii: "\"") else { return local }
        guard local.utf8.count > 2, local.utf8.last == UInt8(ascii: "\"") else { return nil }
        return local.dropFirst().dropLast()
    }

    private static func isLocal(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII ? isLocalByte(UInt8(scalar.value)) : UnicodeText.isPlain(scalar)
        }
    }

    /// True for a character that needs no quotation marks (RFC 5322 `atext`), or a full stop, in
    /// lower case.
    static func isLocalByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x30...0x39: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D...0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
