/// Builds the tree of a rule from its tokens, by recursive descent over the grammar of the
/// specification (cel-spec `doc/langdef.md`, "Syntax"). It stops at the first error, because errors
/// reported after a guess are misleading.
struct Parser {
    let source: Source
    let limits: SyntaxLimits
    private let tokens: [Token]
    private var index = 0
    private var nesting = 0
    private var nodeCount = 0
    /// The heights of the nodes made so far, by id.
    private var heights: [Int] = []

    private init(source: Source, limits: SyntaxLimits) throws(CompileErrors) {
        self.source = source
        self.limits = limits
        tokens = try Lexer.tokens(of: source)
    }

    /// The tree of a whole text and the number of its nodes.
    static func parse(
        _ source: Source, limits: SyntaxLimits = SyntaxLimits()
    ) throws(CompileErrors) -> (root: Expression, count: Int) {
        guard source.bytes.count <= limits.sourceBytes else {
            let message = "the rule is longer than \(limits.sourceBytes) bytes"
            throw CompileErrors(.parse, [Diagnostic(message, at: 0..<1, in: source)])
        }
        var parser = try Parser(source: source, limits: limits)
        do throws(Diagnostic) {
            let root = try parser.parseExpression()
            guard case .end = parser.token.kind else { throw parser.unexpected() }
            return (root, parser.nodeCount)
        } catch {
            throw CompileErrors(.parse, [error])
        }
    }

    // MARK: - Tokens

    var token: Token { tokens[index] }

    private var previousEnd: Int { index > 0 ? tokens[index - 1].range.upperBound : 0 }

    mutating func advance() {
        if index + 1 < tokens.count { index += 1 }
    }

    func at(_ symbol: Token.Symbol) -> Bool { token.kind == .symbol(symbol) }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard at(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol) throws(Diagnostic) {
        guard take(symbol) else { throw unexpected(expecting: "'\(symbol.rawValue)'") }
    }

    func unexpected(expecting: String? = nil) -> Diagnostic {
        let seen =
            token.kind == .end ? "the end of the rule" : "'\(source[token.range])'"
        let hint = expecting.map { ", expecting \($0)" } ?? ""
        return error("Syntax error: unexpected \(seen)\(hint)\(advice)", at: token.range)
    }

    /// A hint for authors who know other languages.
    private var advice: String {
        if index > 0, case .identifier(let word) = tokens[index - 1].kind,
            word.lowercased() == "not"
        {
            return "; write !(…)"
        }
        return switch token.kind {
        case .identifier(let word):
            switch word.lowercased() {
            case "and": "; write &&"
            case "or": "; write ||"
            case "is", "eq", "equals": "; write =="
            case "not": "; write !(… in …)"
            default: ""
            }
        case .symbol(.greater) where index > 0 && tokens[index - 1].kind == .symbol(.less):
            "; write !="
        default: ""
        }
    }

    func error(_ message: String, at range: Range<Int>) -> Diagnostic {
        Diagnostic(message, at: range, in: source)
    }

    // MARK: - Nodes

    mutating func make(
        _ kind: Expression.Kind, from start: Int, height children: [Expression] = []
    ) throws(Diagnostic) -> Expression {
        let span = start..<max(previousEnd, start)
        let height = 1 + (children.map { heights[$0.id] }.max() ?? 0)
        guard height <= limits.depth else {
            throw error("the rule is nested deeper than \(limits.depth) levels", at: span)
        }
        guard nodeCount < limits.nodes else {
            throw error("the rule has more than \(limits.nodes) parts", at: span)
        }
        let node = Expression(id: nodeCount, span: span, kind: kind)
        heights.append(height)
        nodeCount += 1
        return node
    }

    /// Runs the closure one level deeper; throws beyond the limit of depth.
    private mutating func nested<Result>(
        _ body: (inout Parser) throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= limits.depth else {
            throw error(
                "the rule is nested deeper than \(limits.depth) levels", at: token.range)
        }
        return try body(&self)
    }

    // MARK: - Operators

    mutating func parseExpression() throws(Diagnostic) -> Expression {
        try nested { parser throws(Diagnostic) in try parser.parseConditional() }
    }

    private mutating func parseConditional() throws(Diagnostic) -> Expression {
        let start = token.range.lowerBound
        let condition = try parseLogic(.or)
        guard take(.question) else { return condition }
        let then = try parseLogic(.or)
        try expect(.colon)
        let otherwise = try parseExpression()
        return try make(
            .conditional(condition, then: then, otherwise: otherwise), from: start,
            height: [condition, then, otherwise])
    }

    private mutating func parseLogic(_ kind: LogicOperator) throws(Diagnostic) -> Expression {
        let start = token.range.lowerBound
        let symbol: Token.Symbol = kind == .or ? .or : .and
        var terms = [kind == .or ? try parseLogic(.and) : try parseBinary(1)]
        while take(symbol) {
            terms.append(kind == .or ? try parseLogic(.and) : try parseBinary(1))
        }
        if terms.count == 1 { return terms[0] }
        return try make(.logic(kind, terms), from: start, height: terms)
    }

    private mutating func parseBinary(_ minimum: Int) throws(Diagnostic) -> Expression {
        let start = token.range.lowerBound
        var left = try parseUnary()
        while let kind = binaryOperator, kind.precedence >= minimum {
            advance()
            let right = try parseBinary(kind.precedence + 1)
            left = try make(.binary(kind, left, right), from: start, height: [left, right])
        }
        return left
    }

    private var binaryOperator: BinaryOperator? {
        guard case .symbol(let symbol) = token.kind else { return nil }
        return BinaryOperator(rawValue: symbol.rawValue)
    }

    /// `!!x` and `--x` repeat one sign; a minus directly before a number belongs to the number.
    private mutating func parseUnary() throws(Diagnostic) -> Expression {
        var starts: [Int] = []
        if at(.not) {
            while at(.not) {
                starts.append(token.range.lowerBound)
                advance()
            }
            if at(.minus), !nextIsNumber { throw unexpected() }
            return try wrap(try parseMember(), starts) { .not($0) }
        }
        while at(.minus), !nextIsNumber {
            starts.append(token.range.lowerBound)
            advance()
        }
        if !starts.isEmpty, at(.not) { throw unexpected() }
        return try wrap(try parseMember(), starts) { .negate($0) }
    }

    private mutating func wrap(
        _ operand: Expression, _ starts: [Int], _ kind: (Expression) -> Expression.Kind
    ) throws(Diagnostic) -> Expression {
        var result = operand
        for start in starts.reversed() {
            result = try make(kind(result), from: start, height: [result])
        }
        return result
    }

    /// True if the current minus is followed by a number.
    private var nextIsNumber: Bool {
        guard index + 1 < tokens.count else { return false }
        switch tokens[index + 1].kind {
        case .int, .double: return true
        default: return false
        }
    }
}
