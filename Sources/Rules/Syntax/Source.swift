/// The text of one rule, with a conversion of offsets to lines and columns.
package struct Source: Sendable {
    /// The name of the text in messages, such as a file or a field of a mapping.
    package let name: String
    /// The text itself.
    package let text: String
    let bytes: [UInt8]
    /// The offset of each line; the first entry is 0.
    private let lineStarts: [Int]

    package init(_ text: String, name: String = "<input>") {
        self.name = name
        self.text = text
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(offset + 1)
        }
        lineStarts = starts
    }

    /// The line and column of a byte offset, counted from 1; columns count code points.
    package func position(of offset: Int) -> (line: Int, column: Int) {
        let clamped = min(max(offset, 0), bytes.count)
        var line = 0
        while line + 1 < lineStarts.count, lineStarts[line + 1] <= clamped { line += 1 }
        var column = 1
        for byte in bytes[lineStarts[line]..<clamped] where byte & 0xC0 != 0x80 { column += 1 }
        return (line + 1, column)
    }

    /// The text of a line, counted from 1, without its line break.
    package func line(_ number: Int) -> String {
        let start = lineStarts[number - 1]
        let next = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
        return String(decoding: bytes[start..<next], as: UTF8.self)
    }

    /// The text of a byte range.
    package subscript(range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }
}
