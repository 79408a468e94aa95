/// An e-mail address in the canonical form in which addresses are stored and compared.
///
/// Canonical: lower case, composed (NFC), full-width forms folded, the domain in Unicode. RFC 5321
/// section 2.4 lets a mailbox distinguish upper from lower case; none in use does. Nothing checks
/// that mail arrives there.
package struct EmailAddress: Hashable, Sendable {
    /// The address in canonical form.
    package let canonical: String
    /// The offset of the domain, in bytes of `canonical`.
    private let domainStart: Int

    /// The maximum length of an address in bytes (RFC 5321 section 4.5.3.1.3: a path has 256 with
    /// its brackets).
    package static let maxLength = 254

    /// Returns nil if the text is not an address; `EmailReading` lists the parts that are removed
    /// first.
    package init?(_ text: String) {
        // Most addresses are canonical, and every event with an address runs this code.
        if let start = domainStartIfCanonical(text.utf8.span) {
            canonical = text
            domainStart = start
        } else if let reading = EmailReading(text) {
            canonical = reading.local + "@" + reading.domain
            domainStart = reading.local.utf8.count + 1
        } else {
            return nil
        }
        guard canonical.utf8.count <= Self.maxLength else { return nil }
    }

    /// The domain, without the at sign.
    package var domain: Substring {
        canonical[canonical.utf8.index(canonical.startIndex, offsetBy: domainStart)...]
    }

    /// The domain and all its parent domains, the longest first: `a.b.example`, `b.example`,
    /// `example`.
    var domains: [String] {
        var domains: [String] = []
        var rest = domain
        while true {
            domains.append(String(rest))
            guard let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) else { return domains }
            rest = rest[rest.utf8.index(after: dot)...]
        }
    }

    /// A key that is equal for all addresses of one mailbox, by the rules of its provider: tags,
    /// dots, and domains of one provider.
    package var mailbox: String {
        let provider = MailProvider.of(domain)
        var name = Array(canonical.utf8.prefix(domainStart - 1))
        var host = domain
        if provider.hasNamedSubdomains, let parent = MailProvider.parent(of: domain) {
            name = Array(domain.utf8.prefix { $0 != UInt8(ascii: ".") })
            host = parent
        }
        // A local part that begins with the sign is a name without a tag.
        if let tag = name.dropFirst().firstIndex(of: provider.tag) {
            name.removeSubrange(tag...)
        }
        name.removeAll { provider.ignored.contains($0) }
        if let alike = provider.alike {
            name = name.map { $0 == alike.from ? alike.to : $0 }
        }
        name.append(UInt8(ascii: "@"))
        name.append(contentsOf: (provider.domain.map { $0[...] } ?? host).utf8)
        return String(decoding: name, as: UTF8.self)
    }
}

/// The likeness of two people, by their addresses and their ids at the partner. The raw values are
/// stored with events.
package enum Likeness: UInt8, CaseIterable, Comparable, Sendable {
    /// At least one of the two people has no address.
    case unknown
    case different
    /// Different addresses of the same mailbox.
    case sameMailbox
    case sameAddress
    /// The same customer of the partner, under another address or none.
    case sameCustomer

    private var degree: Int {
        switch self {
        case .unknown: 0
        case .different: 1
        case .sameMailbox: 2
        case .sameCustomer: 3
        case .sameAddress: 4
        }
    }

    /// Compares the degree of likeness.
    package static func < (left: Self, right: Self) -> Bool { left.degree < right.degree }
}

extension EmailAddress {
    /// Returns the likeness of two addresses.
    package func likeness(to other: EmailAddress) -> Likeness {
        if same(canonical, other.canonical) { return .sameAddress }
        // A tag never changes the first letter of a mailbox, so most comparisons end here. Names that
        // begin with another sign, and names in the domain, are compared in full.
        if let first = canonical.utf8.first, let otherFirst = other.canonical.utf8.first,
            first != otherFirst, isLetterOrDigit(first), isLetterOrDigit(otherFirst),
            !MailProvider.of(domain).hasNamedSubdomains,
            !MailProvider.of(other.domain).hasNamedSubdomains
        {
            return .different
        }
        return mailbox == other.mailbox ? .sameMailbox : .different
    }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
}

// Every event with an address runs these three functions, so they read spans instead of views.

/// True if the bytes are equal. `==` on strings also accepts canonical equivalence, which storage
/// does not.
func same(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.utf8.span, right.utf8.span)
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
}

/// Returns the offset of the domain if the text is a canonical ASCII address; nil for any other
/// text.
private func domainStartIfCanonical(_ utf8: Span<UInt8>) -> Int? {
    var start: Int?
    // A label is not empty, and neither begins nor ends with a hyphen.
    var last = UInt8(ascii: ".")
    for index in utf8.indices {
        let byte = utf8[index]
        if start == nil {
            if byte == UInt8(ascii: "@") {
                guard index > 0 else { return nil }
                start = index + 1
            } else if !EmailReading.isLocalByte(byte) {
                return nil
            }
            continue
        }
        switch byte {
        case UInt8(ascii: "."):
            guard last != UInt8(ascii: "."), last != UInt8(ascii: "-") else { return nil }
        case UInt8(ascii: "-"):
            // Two hyphens may be those of `xn--`.
            guard last != UInt8(ascii: "."), last != UInt8(ascii: "-") else { return nil }
        default:
            guard DomainName.isLabelByte(byte) else { return nil }
        }
        last = byte
    }
    guard let start, last != UInt8(ascii: "."), last != UInt8(ascii: "-") else { return nil }
    return start
}

/// Returns the text with A–Z lower-cased; the same string if it has none of them.
func asciiLowercased(_ text: String) -> String {
    let utf8 = text.utf8.span
    for index in utf8.indices where utf8[index] >= 0x41 && utf8[index] <= 0x5A {
        return String(
            decoding: text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
    return text
}

/// Returns the text without white space around it; the same string if there is none.
package func trimmed(_ text: String) -> String {
    // Most text begins and ends with visible ASCII; Unicode properties cost more than the rest of
    // the check.
    if let first = text.utf8.first, let last = text.utf8.last, 0x21...0x7E ~= first,
        0x21...0x7E ~= last
    {
        return text
    }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return text }
    return String(scalars[first...last])
}
