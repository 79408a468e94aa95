/// Selections, calls and primary expressions.
extension Parser {
    mutating func parseMember() throws(Diagnostic) -> Expression {
        let start = token.range.lowerBound
        var result = try parsePrimary()
        while true {
            if take(.dot) {
                result = try parseSelection(of: result, from: start)
            } else if take(.openBracket) {
                let isOptional = take(.question)
                let key = try parseExpression()
                try expect(.closeBracket)
                result = try make(
                    .index(result, key, optional: isOptional), from: start, height: [result, key])
            } else if at(.openBrace), isName(result) {
                throw error(
                    "messages cannot be built in a rule; write a map: {\"field\": value}",
                    at: token.range)
            } else {
                return result
            }
        }
    }

    private func isName(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .identifier: true
        case .select(let operand, _): isName(operand)
        default: false
        }
    }

    private mutating func parseSelection(
        of operand: Expression, from start: Int
    ) throws(Diagnostic) -> Expression {
        let isOptional = take(.question)
        let range = token.range
        switch token.kind {
        case .identifier(let name):
            advance()
            if !isOptional, take(.openParenthesis) {
                let arguments = try parseArguments()
                return try makeMethod(operand, name, arguments, from: start)
            }
            let field = Expression.Field(name: name, span: range, isOptional: isOptional)
            return try make(.select(operand, field), from: start, height: [operand])
        case .quoted(let name):
            advance()
            let field = Expression.Field(
                name: name, span: range, isQuoted: true, isOptional: isOptional)
            return try make(.select(operand, field), from: start, height: [operand])
        default:
            throw unexpected(expecting: "a field name")
        }
    }

    /// Parses the arguments of a call with the closing parenthesis; no trailing comma.
    private mutating func parseArguments() throws(Diagnostic) -> [Expression] {
        if take(.closeParenthesis) { return [] }
        var arguments = [try parseExpression()]
        while take(.comma) { arguments.append(try parseExpression()) }
        try expect(.closeParenthesis)
        return arguments
    }

    private mutating func parsePrimary() throws(Diagnostic) -> Expression {
        let start = token.range.lowerBound
        if take(.dot) { return try parseName(from: start, rooted: true) }
        switch token.kind {
        case .identifier: return try parseName(from: start, rooted: false)
        case .symbol(.openParenthesis):
            advance()
            let inner = try parseExpression()
            try expect(.closeParenthesis)
            return inner
        case .symbol(.openBracket):
            advance()
            return try parseList(from: start)
        case .symbol(.openBrace):
            advance()
            return try parseMap(from: start)
        default:
            return try parseLiteral(from: start)
        }
    }

    private mutating func parseName(
        from start: Int, rooted: Bool
    ) throws(Diagnostic) -> Expression {
        guard case .identifier(let name) = token.kind else {
            throw unexpected(expecting: "an expression")
        }
        guard !reservedWords.contains(name) else {
            let hint = name == "if" ? "; write condition ? value : otherwise" : ""
            throw error("reserved identifier: \(name)\(hint)", at: token.range)
        }
        advance()
        guard take(.openParenthesis) else {
            return try make(.identifier(name, rooted: rooted), from: start)
        }
        let arguments = try parseArguments()
        return try makeCall(name, rooted: rooted, arguments, from: start)
    }

    private mutating func parseLiteral(from start: Int) throws(Diagnostic) -> Expression {
        let isNegative = take(.minus)
        let literal: Literal
        switch token.kind {
        case .symbol(.null): literal = .null
        case .symbol(.true): literal = .bool(true)
        case .symbol(.false): literal = .bool(false)
        case .uint(let value): literal = .uint(value)
        case .string(let value): literal = .string(value)
        case .bytes(let value): literal = .bytes(value)
        case .double(let value): literal = .double(isNegative ? -value : value)
        case .int(let magnitude): literal = .int(try signed(magnitude, isNegative, from: start))
        default: throw unexpected(expecting: "an expression")
        }
        advance()
        return try make(.literal(literal), from: start)
    }

    private func signed(
        _ magnitude: UInt64, _ isNegative: Bool, from start: Int
    ) throws(Diagnostic) -> Int64 {
        if isNegative {
            if magnitude == 1 << 63 { return .min }
            if let value = Int64(exactly: magnitude) { return -value }
        } else if let value = Int64(exactly: magnitude) {
            return value
        }
        throw error("invalid int literal: out of range", at: start..<token.range.upperBound)
    }

    /// Parses elements and the closing bracket; a trailing comma is legal, and so is `[,]`.
    private mutating func parseList(from start: Int) throws(Diagnostic) -> Expression {
        var elements: [Expression.Element] = []
        while !at(.closeBracket) {
            if elements.isEmpty, take(.comma) { break }
            let isOptional = take(.question)
            elements.append(
                Expression.Element(value: try parseExpression(), isOptional: isOptional))
            guard take(.comma) else { break }
        }
        try expect(.closeBracket)
        return try make(.list(elements), from: start, height: elements.map(\.value))
    }

    private mutating func parseMap(from start: Int) throws(Diagnostic) -> Expression {
        var entries: [Expression.Entry] = []
        while !at(.closeBrace) {
            if entries.isEmpty, take(.comma) { break }
            let isOptional = take(.question)
            let key = try parseExpression()
            try expect(.colon)
            let value = try parseExpression()
            entries.append(Expression.Entry(key: key, value: value, isOptional: isOptional))
            guard take(.comma) else { break }
        }
        try expect(.closeBrace)
        return try make(
            .map(entries), from: start, height: entries.flatMap { [$0.key, $0.value] })
    }
}
