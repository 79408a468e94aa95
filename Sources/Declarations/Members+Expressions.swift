import JSON
import Reading
import Rules

extension Members {
    /// Notes what is wrong in the text of an expression, each fault at its place.
    func note(_ diagnostics: [Diagnostic], in value: JSON.Value) {
        for diagnostic in diagnostics {
            reading.note(
                .expression(diagnostic.message), at: value.place(ofText: diagnostic.range))
        }
    }

    /// Notes what in an expression is probably not meant.
    func doubt(_ diagnostics: [Diagnostic], in value: JSON.Value) {
        for diagnostic in diagnostics {
            reading.doubt(diagnostic.message, at: value.place(ofText: diagnostic.range))
        }
    }
}

extension JSON.Value {
    /// Where a part of a text stands in the file, escapes counted. The range is of the text's UTF-8 bytes;
    /// an empty one stands for the place before them.
    func place(ofText part: Swift.Range<Int>) -> Swift.Range<Int> {
        let bytes = source
        guard kind == .string else { return range }
        let last = bytes.endIndex - 1
        var index = bytes.startIndex + 1
        var offset = 0
        var start: Int?
        while index < last {
            if start == nil, offset >= part.lowerBound { start = index }
            if offset >= part.upperBound, let start, index > start { return start..<index }
            let (read, written) = step(bytes, at: index)
            index += read
            offset += written
        }
        let first = start ?? last
        return first..<max(first + 1, last)
    }

    /// How many bytes of the file stand for how many of the text (RFC 8259 section 7).
    private func step(_ bytes: ArraySlice<UInt8>, at index: Int) -> (read: Int, written: Int) {
        guard bytes[index] == UInt8(ascii: "\\") else { return (1, 1) }
        guard bytes[index + 1] == UInt8(ascii: "u"), index + 6 <= bytes.endIndex else {
            return (2, 1)
        }
        let digits = String(decoding: bytes[index + 2..<index + 6], as: UTF8.self)
        switch UInt16(digits, radix: 16) ?? 0 {
        case ..<0x80: return (6, 1)
        case ..<0x800: return (6, 2)
        // Two escapes for one code point beyond the first plane.
        case 0xD800..<0xE000: return (12, 4)
        default: return (6, 3)
        }
    }
}
