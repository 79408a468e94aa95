import PublicSuites
import Testing

@testable import Rules

@Suite struct PrinterTests {
    @Test(
        .enabled(if: Suite.isPresent, Comment(rawValue: PublicSuites.absence)),
        arguments: Suite.published + Suite.extra)
    func `what is printed reads back as the same tree`(_ suiteCase: SuiteCase) throws {
        guard let (root, _) = try? Parser.parse(Source(suiteCase.expression)) else { return }
        let printed = Printer.text(of: root)
        let (again, _) = try Parser.parse(
            Source(printed), limits: SyntaxLimits(sourceBytes: 1 << 16))
        #expect(Printer.text(of: again) == printed)
        #expect(again.shape == root.shape)
    }

    @Test(arguments: [
        ("((a))&&(b||c)&&d", "a && (b || c) && d"),
        ("(a+b)*c-(d-e)", "(a + b) * c - (d - e)"),
        ("- (1)", "-(1)"),
        ("-(-x)", "--x"),
        ("-(!x)", "-(!x)"),
        ("(a?b:c)?d:(e?f:g)", "(a ? b : c) ? d : e ? f : g"),
        ("a.?b[?0].`x-y`.exists_one( i , i>0 )", "a.?b[?0].`x-y`.exists_one(i, i > 0)"),
        ("[?a,b,]+[,]", "[?a, b] + []"),
        ("r'\\d' + b'\\xff'", "\"\\\\d\" + b\"\\xff\""),
        ("(-1).f() == -(1).f()", "-1.f() == -(1.f())"),
        ("1.0 == 1e100", "1.0 == 1e+100"),
        ("cel.bind(x, 1, has(x.y))", "cel.bind(x, 1, has(x.y))"),
    ]) func `a rule is spaced and parenthesised in one way`(
        _ rule: String, _ expected: String
    ) throws {
        #expect(Printer.text(of: try Parser.parse(Source(rule)).root) == expected)
    }
}

extension Expression {
    /// The tree without places and spellings.
    var shape: String {
        let inner = children.map(\.shape).joined(separator: " ")
        let name =
            switch kind {
            case .literal(let literal): "\(literal)"
            case .identifier(let name, let rooted): "\(rooted ? "." : "")\(name)"
            case .select(_, let field), .has(_, let field):
                "select \(field.name) \(field.isOptional) \(field.isQuoted)"
            case .index(_, _, let isOptional): "index \(isOptional)"
            case .call(let name, let rooted, _): "call \(name) \(rooted)"
            case .method(_, let name, _): "method \(name)"
            case .negate: "-"
            case .not: "!"
            case .binary(let kind, _, _): kind.rawValue
            case .logic(let kind, _): kind.rawValue
            case .conditional: "?:"
            case .list(let elements): "list \(elements.map(\.isOptional))"
            case .map(let entries): "map \(entries.map(\.isOptional))"
            case .comprehension(let macro): "\(macro.name) \(macro.variables.map(\.name))"
            case .bind(let variable, _, _): "bind \(variable.name)"
            case .optionalMap(_, let variable, _, let isFlat): "optMap \(variable.name) \(isFlat)"
            }
        return "(\(name) \(inner))"
    }
}
