/// The format of a request's body.
package enum BodyFormat: String, CaseIterable, Sendable {
    case json, form

    /// The format that a `Content-Type` names; nil for any other type, and for character sets other
    /// than UTF-8. Any `application/…+json` is JSON (RFC 6839 section 3.1).
    package init?(contentType: ArraySlice<UInt8>) {
        self.init(contentType: contentType.span)
    }

    private init?(contentType: Span<UInt8>) {
        var parts = Parts()
        guard let type = parts.next(in: contentType) else { return nil }
        while let parameter = parts.next(in: contentType) {
            guard parameter.starts(with: "charset=", in: contentType) else { continue }
            let value = parameter.dropping("charset=".utf8.count)
            guard
                value.equals("utf-8", in: contentType) || value.equals("utf8", in: contentType)
                    || value.equals("\"utf-8\"", in: contentType)
            else { return nil }
        }
        if type.equals("application/json", in: contentType)
            || type.starts(with: "application/", in: contentType)
                && type.ends(with: "+json", in: contentType)
        {
            self = .json
        } else if type.equals("application/x-www-form-urlencoded", in: contentType) {
            self = .form
        } else {
            return nil
        }
    }

    /// The `Content-Type` that a sender of this format should use.
    package var contentType: String {
        switch self {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        }
    }
}

/// The non-empty parts between semicolons, without white space around them. Read in place, because
/// each request's type is parsed twice.
private struct Parts {
    private var position = 0

    mutating func next(in text: Span<UInt8>) -> Part? {
        while position < text.count {
            let start = position
            while position < text.count, text[position] != UInt8(ascii: ";") { position += 1 }
            defer { position += 1 }
            if position > start { return Part(start, position, in: text) }
        }
        return nil
    }
}

/// A media type or parameter, compared without regard to the case of ASCII letters.
private struct Part {
    private var start: Int
    private let end: Int

    init(_ start: Int, _ end: Int, in text: Span<UInt8>) {
        var (start, end) = (start, end)
        while start < end, Self.isSpace(text[start]) { start += 1 }
        while end > start, Self.isSpace(text[end - 1]) { end -= 1 }
        self.start = start
        self.end = end
    }

    func equals(_ wanted: StaticString, in text: Span<UInt8>) -> Bool {
        end - start == wanted.utf8CodeUnitCount && matches(wanted, at: start, in: text)
    }

    func starts(with wanted: StaticString, in text: Span<UInt8>) -> Bool {
        end - start >= wanted.utf8CodeUnitCount && matches(wanted, at: start, in: text)
    }

    func ends(with wanted: StaticString, in text: Span<UInt8>) -> Bool {
        let count = wanted.utf8CodeUnitCount
        return end - start >= count && matches(wanted, at: end - count, in: text)
    }

    func dropping(_ count: Int) -> Part {
        var rest = self
        rest.start += count
        return rest
    }

    private func matches(_ wanted: StaticString, at place: Int, in text: Span<UInt8>) -> Bool {
        wanted.withUTF8Buffer { wanted in
            for offset in wanted.indices {
                let byte = text[place + offset]
                let lowered = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                if lowered != wanted[offset] { return false }
            }
            return true
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
