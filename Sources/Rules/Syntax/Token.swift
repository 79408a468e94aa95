/// One word of a rule's text.
struct Token: Sendable {
    enum Kind: Equatable, Sendable {
        case identifier(String)
        /// `` `content-type` ``, legal after a dot only.
        case quoted(String)
        /// The magnitude; the parser handles the sign before it.
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, CaseIterable, Sendable {
        case `true`, `false`, null, `in`
        case dot = "."
        case comma = ","
        case colon = ":"
        case question = "?"
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case openBrace = "{"
        case closeBrace = "}"
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"
        case not = "!"
        case and = "&&"
        case or = "||"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    let kind: Kind
    let range: Range<Int>
}

/// Words reserved by CEL: not allowed as identifiers, legal as selectors and method names.
let reservedWords: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
    "package", "namespace", "return", "var", "void", "while",
]
