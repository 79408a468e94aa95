/// A symbol of another language or of a word processor that rules do not have, with the symbol to
/// write instead of it.
struct ForeignSymbol {
    /// The bytes of the rule that the message concerns.
    let length: Int
    let message: String

    /// Recognises the symbol at a position of a rule; nil for any other text.
    init?(in source: Source, at position: Int) {
        let rest = source.bytes[position...]
        if let found = Self.operators.first(where: { rest.starts(with: $0.key.utf8) }) {
            length = found.key.utf8.count
            message = "'\(found.key)' is not an operator of rules; write \(found.correction)"
            return
        }
        let text = String(decoding: rest.prefix(4), as: UTF8.self)
        guard let scalar = text.unicodeScalars.first, scalar.value >= 0x80 else { return nil }
        let symbol = String(scalar)
        if Self.quotes.contains(scalar) {
            let content = Self.quoted(rest.dropFirst(symbol.utf8.count))
            length = symbol.utf8.count + (content.map { $0.length } ?? 0)
            message =
                "'\(symbol)' is a typographic quotation mark; write "
                + (content.flatMap(\.text) ?? "straight quotation marks: \"…\"")
        } else if let correction = Self.typographic[scalar] {
            length = symbol.utf8.count
            message = "'\(symbol)' is a typographic symbol; write \(correction)"
        } else if Self.blanks.contains(scalar) {
            length = symbol.utf8.count
            message = "a no-break space is no white space of rules; write a common space"
        } else {
            return nil
        }
    }

    /// True if the text has a typographic quotation mark, which does not end a string.
    static func hasQuote(_ text: String) -> Bool {
        text.unicodeScalars.contains(where: quotes.contains)
    }

    /// The text up to the next typographic quotation mark of the line, in straight quotation marks
    /// if it is plain, with its length including the mark; nil if there is no such mark.
    private static func quoted(_ rest: ArraySlice<UInt8>) -> (length: Int, text: String?)? {
        let line = String(decoding: rest.prefix { $0 != 0x0A }, as: UTF8.self)
        let scalars = line.unicodeScalars
        guard let end = scalars.firstIndex(where: quotes.contains) else { return nil }
        let content = String(scalars[..<end])
        let isPlain = content.utf8.count <= 64 && !content.contains { "\"\\".contains($0) }
        let mark = String(scalars[end]).utf8.count
        return (content.utf8.count + mark, isPlain ? "\"\(content)\"" : nil)
    }

    /// Longer symbols come before their beginnings.
    private static let operators: [(key: String, correction: String)] = [
        ("===", "=="), ("!==", "!="), ("=<", "<="), ("=>", ">="), ("=!", "!="),
        ("=", "== to compare"), ("&", "&&"), ("|", "||"),
    ]

    private static let quotes = Set("“”„‟«»‹›‘’‚‛″′＂＇".unicodeScalars)

    private static let blanks = Set("\u{A0}\u{2007}\u{202F}".unicodeScalars)

    private static let typographic: [Unicode.Scalar: String] = [
        "≥": ">=", "⩾": ">=", "≤": "<=", "⩽": "<=", "≠": "!=", "＝": "==", "≡": "==",
        "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "*", "·": "*", "÷": "/",
        "∧": "&&", "∨": "||", "¬": "!", "＜": "<", "＞": ">", "（": "(", "）": ")", "，": ",",
        "∈": "in", "…": "the omitted part",
    ]
}
