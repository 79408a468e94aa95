/// Writes records of RFC 4180 that are safe to open in a spreadsheet.
package struct CSVWriter: Sendable {
    /// The records written so far.
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// Creates a writer without records.
    package init() {}

    /// Writes a text of any origin, with a `FormulaMark` if it needs one.
    package mutating func text(_ text: String) {
        write(text, isMarked: FormulaMark.isFormula(text.utf8))
    }

    /// Writes an id that a partner assigned.
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

    /// Writes a number, a time or a word of refgate's own.
    package mutating func plain(_ text: String) {
        begin()
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes an empty field.
    package mutating func empty() { begin() }

    /// Ends the current record.
    package mutating func endRecord() {
        bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        isFirst = true
    }

    /// Returns the bytes written so far and removes them.
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
