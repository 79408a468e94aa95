/// The apostrophe that exports put before a text which a spreadsheet would evaluate as a formula
/// (OWASP, CSV Injection), and that imports remove.
///
/// A text that begins with apostrophes and would be marked without them is marked too, so that
/// every text returns unchanged.
enum FormulaMark {
    /// True if a spreadsheet would evaluate the text as a formula.
    static func isFormula(_ text: some Sequence<UInt8>) -> Bool {
        first(of: text).map { starts.contains($0) } ?? false
    }

    /// True if a text consists of digits. A partner's id of digits is marked, because digits
    /// without a mark are a number of refgate's own.
    static func isDigits(_ text: some Sequence<UInt8>) -> Bool {
        let rest = text.drop { $0 == mark }
        var isAny = false
        for byte in rest {
            guard byte >= 0x30, byte <= 0x39 else { return false }
            isAny = true
        }
        return isAny
    }

    static let mark = UInt8(ascii: "'")

    /// Returns the text without its mark, if it has one.
    static func removed(from text: String, where isMarked: (String.UTF8View) -> Bool) -> String {
        guard text.utf8.first == mark, isMarked(text.utf8) else { return text }
        return String(text.dropFirst())
    }

    private static let starts: [UInt8] = Array("=+-@\t\r".utf8)

    private static func first(of text: some Sequence<UInt8>) -> UInt8? {
        text.first { $0 != mark }
    }
}
