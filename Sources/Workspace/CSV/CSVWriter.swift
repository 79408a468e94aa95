/// Appends records of RFC 4180 to bytes, safe to be opened by a spreadsheet.
package struct CSVWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    package init() {}

    /// A text of whatever origin, with a `FormulaMark` where it needs one.
    package mutating func text(_ text: String) {
        write(text, isMarked: FormulaMark.isFormula(text.utf8))
    }

    /// An id that somebody else gave.
    package mutating func id(_ text: String) {
        write(
            text,
            isMarked: FormulaMark.isFormula(text.utf8) || FormulaMark.isDigits(text.utf8))
    }

    private mutating func write(_ text: String, isMarked: Bool) {
        begin()
        let utf8 = text.utf8
        let needsQuotes =
            isMarked || utf8.contains { Self.quoted.contains($0) }
            || utf8.first == UInt8(ascii: " ") || utf8.last == UInt8(ascii: " ")
        guard needsQuotes else {
            bytes.append(contentsOf: utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        if isMarked { bytes.append(FormulaMark.mark) }
        for byte in utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number, a time or a word of ours.
    package mutating func plain(_ text: String) {
        begin()
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func empty() { begin() }

    package mutating func endRecord() {
        bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        isFirst = true
    }

    /// Takes what has gathered.
    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private static let quoted: [UInt8] = Array("\",\r\n".utf8)

    private mutating func begin() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }
}
