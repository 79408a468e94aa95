import Time

/// How long a receiver asks to be left alone (RFC 9110 section 10.2.3).
enum RetryAfter {
    /// Seconds or a date; nil for anything else, which is then as if nothing had been said.
    static func read(_ value: some Collection<UInt8>, now: Instant) -> Duration? {
        let text = String(decoding: value, as: UTF8.self)
        if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            // What no integer holds is later than anybody waits.
            return .seconds(min(Int64(text) ?? .max, 1 << 40))
        }
        return date(text).map { max($0 - now, .zero) }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`; nobody sends the two obsolete forms.
    private static func date(_ text: String) -> Instant? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].utf8.count == 4, words[0].hasSuffix(","),
            words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Instant(rfc3339: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }
}
