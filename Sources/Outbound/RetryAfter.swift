import Time

/// The wait that a receiver asks for in `Retry-After` (RFC 9110 section 10.2.3).
enum RetryAfter {
    /// Reads seconds or a date; nil for anything else, which is then ignored.
    static func read(_ value: some Collection<UInt8>, now: Instant) -> Duration? {
        let text = String(decoding: value, as: UTF8.self)
        if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            // A number that no integer holds is longer than any wait.
            return .seconds(min(Int64(text) ?? .max, 1 << 40))
        }
        return date(text, now: now).map { max($0 - now, .zero) }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The three forms of RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`,
    /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    private static func date(_ text: String, now: Instant) -> Instant? {
        let words = text.split(separator: " ").map(String.init)
        if words.count == 6, words[0].utf8.count == 4, words[0].hasSuffix(","), words[5] == "GMT" {
            return instant(words[3], words[2], words[1], words[4])
        }
        if words.count == 5, days.contains(words[0]) {
            return instant(words[4], words[1], words[2], words[3])
        }
        let parts = words.count == 4 ? words[1].split(separator: "-").map(String.init) : []
        guard parts.count == 3, words[0].hasSuffix("day,"), words[3] == "GMT",
            parts[2].utf8.count == 2
        else { return nil }
        guard let short = Int(parts[2]), let thisYear = Int(now.rfc3339.prefix(4)) else {
            return nil
        }
        // A date that seems more than fifty years ahead was in the century before.
        let year = thisYear / 100 * 100 + short
        return instant(
            "\(year > thisYear + 50 ? year - 100 : year)", parts[1], parts[0], words[2])
    }

    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    private static func instant(
        _ year: String, _ month: String, _ day: String, _ time: String
    ) -> Instant? {
        guard let month = months.firstIndex(of: month) else { return nil }
        return Instant(rfc3339: "\(year)-\(twoDigits("\(month + 1)"))-\(twoDigits(day))T\(time)Z")
    }

    private static func twoDigits(_ number: String) -> String {
        number.utf8.count == 1 ? "0" + number : number
    }
}
