/// A place in a text, in lines and columns as an editor shows them.
package struct Position: Equatable, Sendable {
    /// Counted from 1; a line ends at LF.
    package let line: Int
    /// Counted from 1, in code points.
    package let column: Int

    /// Both numbers count from 1.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The position of a byte offset; an offset beyond the text means the text's end.
    package init(of offset: Int, in bytes: [UInt8]) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {  // Continuation bytes belong to the code point before.
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}
