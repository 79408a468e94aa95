import JSON

/// True if two strings have the same UTF-8; Swift's own `==` follows canonical equivalence.
func equalUTF8(_ left: String, _ right: String) -> Bool {
    let a = left.utf8.span
    let b = right.utf8.span
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a[unchecked: index] != b[unchecked: index] { return false }
    return true
}

/// The order by bytes, which for UTF-8 is the order of code points.
func isLess(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    for index in 0..<min(a.count, b.count) where a[unchecked: index] != b[unchecked: index] {
        return a[unchecked: index] < b[unchecked: index]
    }
    return a.count < b.count
}

func isEqual(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a[unchecked: index] != b[unchecked: index] { return false }
    return true
}

func hasPrefix(_ text: Span<UInt8>, _ prefix: Span<UInt8>) -> Bool {
    guard prefix.count <= text.count else { return false }
    for index in 0..<prefix.count where text[unchecked: index] != prefix[unchecked: index] {
        return false
    }
    return true
}

func hasSuffix(_ text: Span<UInt8>, _ suffix: Span<UInt8>) -> Bool {
    guard suffix.count <= text.count else { return false }
    let start = text.count - suffix.count
    for index in 0..<suffix.count where text[unchecked: start + index] != suffix[unchecked: index] {
        return false
    }
    return true
}

/// The offset of the first occurrence at or after `start`.
func firstIndex(of part: Span<UInt8>, in text: Span<UInt8>, from start: Int = 0) -> Int? {
    guard part.count > 0 else { return start }
    var index = start
    while index + part.count <= text.count {
        if text[unchecked: index] == part[unchecked: 0] {
            var matched = 1
            while matched < part.count,
                text[unchecked: index + matched] == part[unchecked: matched]
            { matched += 1 }
            if matched == part.count { return index }
        }
        index += 1
    }
    return nil
}

extension Value {
    /// Lends the UTF-8 of a string, without a copy if it lies in JSON; returns nil for anything
    /// else.
    func withUTF8<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
        switch self {
        case .string(let text):
            return body(text.utf8.span)
        case .json(let json):
            guard let bytes = json.stringBytes else { return nil }
            return body(bytes.span)
        default:
            return nil
        }
    }
}
