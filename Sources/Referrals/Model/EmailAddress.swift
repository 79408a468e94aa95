/// An e-mail address as far as comparing goes. Whether it reaches anybody is not asked.
///
/// Canonical: white space around it trimmed, A–Z lower-cased. RFC 5321 section 2.4 lets a mailbox tell
/// upper from lower case; none in use does.
package struct EmailAddress: Hashable, Sendable {
    package let canonical: String
    /// Where the domain begins, counted in bytes of `canonical`.
    private let domainStart: Int

    /// Nil unless something stands on both sides of the last at sign.
    package init?(_ text: String) {
        let canonical = asciiLowercased(trimmed(text))
        let utf8 = canonical.utf8
        guard let at = utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        guard at != utf8.startIndex, utf8.index(after: at) != utf8.endIndex else { return nil }
        self.canonical = canonical
        domainStart = utf8.distance(from: utf8.startIndex, to: at) + 1
    }

    package var domain: Substring {
        canonical[canonical.utf8.index(canonical.startIndex, offsetBy: domainStart)...]
    }

    /// The domain and all domains above it, the longest first: `a.b.example`, `b.example`, `example`.
    var domains: [String] {
        var domains: [String] = []
        var rest = domain
        while true {
            domains.append(String(rest))
            guard let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) else { return domains }
            rest = rest[rest.utf8.index(after: dot)...]
        }
    }

    /// The same for all addresses known to reach one mailbox: what follows a plus sign is dropped, and
    /// at Gmail, under both its names, so are dots.
    package var mailbox: String {
        let local = canonical.utf8.prefix(domainStart - 1)
        let isGmail = domain == "gmail.com" || domain == "googlemail.com"
        // A local part that begins with a plus sign is a name, not a tag on nothing.
        let name = local.dropFirst().firstIndex(of: UInt8(ascii: "+")).map { local[..<$0] } ?? local
        var bytes = Array(name)
        if isGmail { bytes.removeAll { $0 == UInt8(ascii: ".") } }
        bytes.append(UInt8(ascii: "@"))
        bytes.append(contentsOf: (isGmail ? "gmail.com" : domain).utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// How much two people's addresses have in common.
package enum Likeness: UInt8, CaseIterable, Comparable, Sendable {
    /// One of them has no address.
    case unknown
    case different
    /// Different addresses of one mailbox.
    case sameMailbox
    case sameAddress

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension EmailAddress {
    package func likeness(to other: EmailAddress) -> Likeness {
        if canonical == other.canonical { return .sameAddress }
        return mailbox == other.mailbox ? .sameMailbox : .different
    }
}

/// Equal byte by byte. `==` on strings would find canonically equivalent ones equal, which storage doesn't.
func same(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}

/// A–Z lower-cased and nothing else, the string itself where it has none of them.
func asciiLowercased(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return text }
    return String(
        decoding: text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
}

/// Without white space around it, the string itself where there is none.
func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return text }
    return String(scalars[first...last])
}
