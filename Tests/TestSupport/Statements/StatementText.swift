import Foundation

/// A piece of SQL in the source code, with its white space reduced to single spaces.
package struct StatementText {
    package let file: String
    /// The parts before, between and after interpolations; a single piece where there is none.
    package let pieces: [String]
    /// True if the source code goes on after the literal with `+`.
    package let isContinued: Bool

    package var isWhole: Bool { pieces.count == 1 && !isContinued }
    package var text: String { pieces.joined(separator: "…") }

    /// Whether a statement that ran may have been made from this literal, or with it.
    package func matches(_ statement: String) -> Bool {
        guard !isWhole else { return statement == text }
        var rest = statement[...]
        for piece in pieces where !piece.isEmpty {
            guard let range = rest.range(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }

    package static func reduced(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Whether a text is a statement that reads or writes rows.
    package static func isStatement(_ text: String) -> Bool {
        ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "REPLACE "].contains {
            text.hasPrefix($0)
        }
    }

    /// The statements among the string literals of a Swift file.
    package static func all(in source: String, file: String) -> [StatementText] {
        var found: [StatementText] = []
        var scanner = LiteralScanner(source)
        while let literal = scanner.next() {
            let pieces = literal.pieces.enumerated().map { index, piece in
                Self.spaced(piece, isFirst: index == 0, isLast: index == literal.pieces.count - 1)
            }
            guard let first = pieces.first, isStatement(first) else { continue }
            found.append(
                StatementText(file: file, pieces: pieces, isContinued: literal.isContinued))
        }
        return found
    }

    /// The string literals of a Swift file that begin as only a part of a statement does.
    package static func clauses(in source: String) -> [String] {
        var found: [String] = []
        var scanner = LiteralScanner(source)
        while let literal = scanner.next() {
            let text = reduced(literal.pieces.joined(separator: "…"))
            let isClause = ["WHERE ", "AND ", "ORDER BY ", "LIMIT ?", "ON CONFLICT "].contains {
                text.hasPrefix($0)
            }
            if isClause { found.append(text) }
        }
        return found
    }

    /// As `reduced`, but a piece beside an interpolation keeps the space between them.
    private static func spaced(_ piece: String, isFirst: Bool, isLast: Bool) -> String {
        var text = reduced(piece)
        if !isLast, piece.last?.isWhitespace == true { text += " " }
        // Nothing but the end of the text follows the last interpolation of a statement that ends with it.
        let isEnd = isLast && text.isEmpty
        if !isFirst, !isEnd, piece.first?.isWhitespace == true { text = " " + text }
        return text
    }
}

/// Finds the string literals of Swift code, one after another.
private struct LiteralScanner {
    struct Literal {
        var pieces = [""]
        var isContinued = false
    }

    private let text: [Character]
    private var index = 0

    init(_ source: String) { text = Array(source) }

    private func has(_ word: String, at place: Int) -> Bool {
        let characters = Array(word)
        return place + characters.count <= text.count
            && text[place..<(place + characters.count)].elementsEqual(characters)
    }

    mutating func next() -> Literal? {
        while index < text.count {
            if has("//", at: index) {
                while index < text.count, text[index] != "\n" { index += 1 }
            } else if text[index] == "\"" {
                return literal()
            } else {
                index += 1
            }
        }
        return nil
    }

    private mutating func literal() -> Literal {
        let mark = has("\"\"\"", at: index) ? "\"\"\"" : "\""
        index += mark.count
        var literal = Literal()
        while index < text.count, !has(mark, at: index) {
            if has("\\(", at: index) {
                skipInterpolation()
                literal.pieces.append("")
            } else if text[index] == "\\", index + 1 < text.count {
                // A line break that is escaped joins two lines.
                if text[index + 1] != "\n" {
                    literal.pieces[literal.pieces.count - 1].append(text[index + 1])
                }
                index += 2
            } else {
                literal.pieces[literal.pieces.count - 1].append(text[index])
                index += 1
            }
        }
        index += mark.count
        var next = index
        while next < text.count, text[next].isWhitespace { next += 1 }
        literal.isContinued = next < text.count && text[next] == "+"
        return literal
    }

    private mutating func skipInterpolation() {
        index += 2
        var depth = 1
        while index < text.count, depth > 0 {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" { depth -= 1 }
            index += 1
        }
    }
}
