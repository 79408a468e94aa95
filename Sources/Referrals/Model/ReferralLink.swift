/// The URL that a participant shares: the campaign's `link_base` with the referral code in its
/// query.
package enum ReferralLink {
    /// The query parameter that carries the referral code.
    package static let parameter = "ref"

    /// Adds `ref=CODE` to the query of a URL, before its fragment. Existing parameters named `ref`
    /// are replaced, so that the code appears once.
    ///
    /// - Parameters:
    ///   - base: an absolute URL, with or without query and fragment.
    ///   - code: a canonical referral code; its characters need no percent-encoding (RFC 3986
    ///     section 2.3).
    package static func text(base: String, code: String) -> String {
        let (address, fragment) = split(base[...], at: "#")
        let (path, query) = split(address, at: "?")
        var parameters = (query ?? "").split(separator: "&").filter { parameter in
            name(of: parameter) != Self.parameter
        }
        let own = "\(parameter)=\(code)"
        parameters.append(own[...])
        let link = path + "?" + parameters.joined(separator: "&")
        return String(fragment.map { link + "#" + $0 } ?? link)
    }

    /// Returns the text before the first separator, and the text after it if there is one.
    private static func split(
        _ text: Substring, at separator: Character
    ) -> (before: Substring, behind: Substring?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Returns the percent-decoded name of a query parameter; nil if it is not UTF-8.
    private static func name(of parameter: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = split(parameter, at: "=").before.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let decoded = UInt8(String(Substring(rest.prefix(2))), radix: 16)
            {
                bytes.append(decoded)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
