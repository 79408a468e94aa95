/// The canonical form of a domain: Unicode for letters outside ASCII, lower case, composed (NFC),
/// without a final full stop.
enum DomainName {
    /// Returns the canonical form; nil if the text cannot be a domain.
    static func canonical(_ text: some StringProtocol) -> String? {
        var domain = UnicodeText.folded(text.unicodeScalars)
        if domain.utf8.last == UInt8(ascii: ".") { domain.removeLast() }
        var labels: [String] = []
        for label in domain.split(separator: ".", omittingEmptySubsequences: false) {
            guard let label = canonicalLabel(label) else { return nil }
            labels.append(label)
        }
        return labels.joined(separator: ".")
    }

    private static func canonicalLabel(_ label: Substring) -> String? {
        guard label.hasPrefix("xn--") else { return isLabel(label) ? String(label) : nil }
        guard let decoded = Punycode.decode(label.dropFirst(4)) else { return nil }
        // Only the encoding of a canonical label is accepted: any other would be a second spelling
        // of the domain.
        let text = UnicodeText.folded(decoded)
        guard text.unicodeScalars.elementsEqual(decoded), !decoded.allSatisfy(\.isASCII),
            Punycode.encode(decoded).map({ $0 == label.dropFirst(4) }) == true
        else { return nil }
        return isLabel(text[...]) ? text : nil
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard let first = label.utf8.first, let last = label.utf8.last else { return false }
        guard first != UInt8(ascii: "-"), last != UInt8(ascii: "-") else { return false }
        return label.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                ? isLabelByte(UInt8(scalar.value)) : UnicodeText.isPlain(scalar)
        }
    }

    /// True for a lower-case letter, a digit, a hyphen or an underscore. Upper case is another
    /// spelling.
    static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
