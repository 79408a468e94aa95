import Sockets
import Time

/// The type of an option's or operand's value, with the function that reads it from text.
package struct Kind<Value: Sendable>: Sendable {
    /// The word that stands for the value in help texts.
    package let valueName: String
    /// A description of the allowed values, for error messages.
    package let allowed: String
    /// The allowed words, if the set of values is finite; otherwise empty.
    package let choices: [String]
    /// Converts a text to a value; returns nil for a text that is not allowed.
    package let read: @Sendable (String) -> Value?

    /// Creates a kind from its parts.
    package init(
        _ valueName: String, allowed: String, choices: [String] = [],
        read: @escaping @Sendable (String) -> Value?
    ) {
        self.valueName = valueName
        self.allowed = allowed
        self.choices = choices
        self.read = read
    }
}

extension Kind<String> {
    /// Any text that is not empty.
    package static let text = Kind("TEXT", allowed: "some text is needed") { $0.isEmpty ? nil : $0 }

    /// Any text that is not empty, with a word of its own in help texts.
    package static func text(_ valueName: String) -> Kind {
        Kind(valueName, allowed: "some text is needed") { $0.isEmpty ? nil : $0 }
    }

    /// Any text, including the empty one.
    package static let anything = Kind("TEXT", allowed: "") { $0 }

    /// A path of a file or folder.
    package static let path = Kind("PATH", allowed: "a path is needed") { text in
        text.isEmpty || text.utf8.contains(0) ? nil : text
    }

    /// An absolute http or https URL.
    package static let url = Kind(
        "URL", allowed: "an absolute http or https URL is needed, such as https://example.com/hook"
    ) { text in
        let rest =
            text.hasPrefix("https://")
            ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return rest.isEmpty || rest.first == "/" || !isPlain ? nil : text
    }
}

extension Kind<Int> {
    /// A decimal integer of a range.
    package static func integer(in range: ClosedRange<Int>) -> Kind {
        Kind(
            "N",
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound) is needed"
        ) { text in
            // Only the usual notation: `Int` would accept "+5" as well.
            guard let first = text.utf8.first, first != UInt8(ascii: "+") else { return nil }
            return Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number of bytes: `4096`, `64KiB`, `1MiB`, `2GiB`, or with decimal units `1kB`, `1MB`,
    /// `1GB`.
    package static func size(in range: ClosedRange<Int>) -> Kind {
        let bounds = "\(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))"
        return Kind("SIZE", allowed: "a size from \(bounds) is needed, such as 64KiB or 1MiB") {
            sizeInBytes($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Kind<Duration> {
    /// `500ms`, `30s`, `5m`, `24h`, `7d`, or an ISO 8601 duration; a bare number is in seconds.
    package static func duration(in range: ClosedRange<Duration>) -> Kind {
        let bounds = "\(durationText(range.lowerBound)) to \(durationText(range.upperBound))"
        return Kind("TIME", allowed: "a time from \(bounds) is needed, such as 30s or 5m") {
            readDuration($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Kind<Address> {
    /// An IP address with a port.
    package static let address = Kind(
        "HOST:PORT", allowed: "an IP address with a port is needed, such as 127.0.0.1:8080"
    ) { Address($0) }
}

extension Kind<Instant> {
    /// A time: RFC 3339, or Unix seconds or milliseconds.
    package static let instant = Kind(
        "WHEN",
        allowed: "a time as in RFC 3339 is needed, such as 2026-11-21T07:00:00Z, or Unix seconds or"
            + " milliseconds"
    ) { text in
        if let count = UnixCount(text) { return count.instant }
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        return isNumber
            ? Int64(text).flatMap { Instant(seconds: $0) } : Instant(rfc3339: text)
    }
}

extension Kind<[AddressRange]> {
    /// IP address ranges separated by commas; an empty text is an empty list.
    package static let ranges = Kind(
        "RANGES", allowed: "ranges of addresses are needed, such as 127.0.0.0/8,::1/128"
    ) { text in
        var ranges: [AddressRange] = []
        if text.isEmpty { return ranges }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = AddressRange(String(part)) else { return nil }
            ranges.append(range)
        }
        return ranges
    }
}

extension Kind where Value: RawRepresentable<String> & CaseIterable {
    /// One of the values of an enum.
    package static func choice(_ type: Value.Type = Value.self) -> Kind {
        let words = Value.allCases.map(\.rawValue)
        return Kind(
            words.joined(separator: "|"),
            allowed: "one of \(words.joined(separator: ", ")) is needed",
            choices: words
        ) { Value(rawValue: $0) }
    }
}
