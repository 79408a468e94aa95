import JSON
import Reading
import Rules

extension Members {
    /// Notes the mistakes in an expression, each at its place in the text.
    func note(_ diagnostics: [Diagnostic], in value: JSON.Value) {
        for diagnostic in diagnostics {
            reading.note(
                .expression(diagnostic.message), at: value.place(ofText: diagnostic.range))
        }
    }

    /// Notes the warnings about an expression, each at its place in the text.
    func doubt(_ diagnostics: [Diagnostic], in value: JSON.Value) {
        for diagnostic in diagnostics {
            reading.doubt(diagnostic.message, at: value.place(ofText: diagnostic.range))
        }
    }
}

extension JSON.Value {
    /// Returns the place in the file of a part of a text, with escapes taken into account. The
    /// range is in the text's UTF-8 bytes; an empty range means the place before them.
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

    /// Returns the number of bytes in the file and in the text of the character at an index (RFC
    /// 8259 section 7).
    private func step(_ bytes: ArraySlice<UInt8>, at index: Int) -> (read: Int, written: Int) {
        guard bytes[index] == UInt8(ascii: "\\") else { return (1, 1) }
        guard bytes[index + 1] == UInt8(ascii: "u"), index + 6 <= bytes.endIndex else {
            return (2, 1)
        }
        let digits = String(decoding: bytes[index + 2..<index + 6], as: UTF8.self)
        switch UInt16(digits, radix: 16) ?? 0 {
        case ..<0x80: return (6, 1)
        case ..<0x800: return (6, 2)
        // Two escapes for one code point outside the basic multilingual plane.
        case 0xD800..<0xE000: return (12, 4)
        default: return (6, 3)
        }
    }
}
