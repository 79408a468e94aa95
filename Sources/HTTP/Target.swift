/// The request target: path and query as received, split but not decoded.
///
/// Bytes and percent-encodings were checked when the head was parsed: every `%` is followed by two
/// hexadecimal digits, and the path never contains an encoded NUL.
package struct Target: Sendable {
    private let bytes: [UInt8]
    private let pathRange: Range<Int32>
    /// Empty, at the path's end, if there is no `?`.
    private let queryRange: Range<Int32>

    init(bytes: [UInt8], path: Range<Int>, query: Range<Int>?) {
        self.bytes = bytes
        pathRange = Int32(path.lowerBound)..<Int32(path.upperBound)
        let query = query ?? path.upperBound..<path.upperBound
        queryRange = Int32(query.lowerBound)..<Int32(query.upperBound)
    }

    /// A target from text in origin form, for requests made by this program; nil if the text is not
    /// in that form.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        guard let parts = TargetParts(originForm: bytes.span, in: 0..<bytes.count) else {
            return nil
        }
        self.init(bytes: bytes, path: parts.path, query: parts.query)
    }

    /// The path's bytes, still percent-encoded; `*` in `OPTIONS *`.
    package var path: ArraySlice<UInt8> {
        bytes[Int(pathRange.lowerBound)..<Int(pathRange.upperBound)]
    }

    /// The query's bytes without the `?`, still percent-encoded; nil if there is no `?`.
    package var query: ArraySlice<UInt8>? {
        if queryRange.lowerBound == pathRange.upperBound { return nil }
        return bytes[Int(queryRange.lowerBound)..<Int(queryRange.upperBound)]
    }

    /// True if the path is exactly this text, compared byte by byte.
    package func pathEquals(_ text: StaticString) -> Bool {
        pathRange.count == text.utf8CodeUnitCount && pathHasPrefix(text)
    }

    /// True if the path starts with this text, compared byte by byte.
    package func pathHasPrefix(_ text: StaticString) -> Bool {
        guard pathRange.count >= text.utf8CodeUnitCount else { return false }
        return bytes.span.equals(text, at: Int(pathRange.lowerBound))
    }

    /// The path as text, still percent-encoded.
    package var pathText: String { String(decoding: path, as: UTF8.self) }

    /// The decoded segments between the slashes; `/a//b` has three, `/` has one that is empty. Nil
    /// if a segment does not decode to UTF-8.
    package var segments: [String]? {
        var segments: [String] = []
        for part in path.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false) {
            guard let text = Self.decoded(part, plusIsSpace: false) else { return nil }
            segments.append(text)
        }
        return segments
    }

    /// The decoded `name=value` pairs of the query, in order, as HTML forms encode them (`+` is a
    /// space); nil if one does not decode to UTF-8.
    package var parameters: [(name: String, value: String)]? {
        guard let query else { return [] }
        return Self.pairs(query)
    }

    /// The decoded pairs of `application/x-www-form-urlencoded` text; nil if a percent-encoding is
    /// broken or a pair does not decode to UTF-8.
    package static func pairs(
        _ text: ArraySlice<UInt8>
    ) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in text.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard
                let name = decoded(part[..<equals], plusIsSpace: true),
                let value = decoded(part[equals...].dropFirst(), plusIsSpace: true)
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    /// Percent-decoded text; nil if an encoding is broken or the result is not UTF-8.
    package static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var position = text.startIndex
        while position < text.endIndex {
            let byte = text[position]
            if byte == ASCII.percent {
                guard
                    position + 2 < text.endIndex,
                    let high = ASCII.hexValue(text[position + 1]),
                    let low = ASCII.hexValue(text[position + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                position += 3
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? ASCII.space : byte)
                position += 1
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
