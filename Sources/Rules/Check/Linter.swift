import Currencies

/// Finds parts of a rule that compile and are probably mistakes.
struct Linter {
    private let source: Source
    let types: [Type]
    let folded: [Int: Value]
    private let zones: [String: Zone]
    let environment: Environment
    private var warnings: [Diagnostic] = []
    /// The fields that are known to be present at the current node, as canonical text.
    private var guarded: Set<String> = []

    static func warnings(
        _ root: Expression, source: Source, types: [Type], folded: [Int: Value],
        zones: [String: Zone], in environment: Environment
    ) -> [Diagnostic] {
        var linter = Linter(
            source: source, types: types, folded: folded, zones: zones, environment: environment)
        if case .literal(.bool(let outcome)) = root.kind {
            linter.warn("this condition is always \(outcome)", root)
        }
        linter.lintConstant(root)
        linter.walk(root)
        return linter.warnings.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private init(
        source: Source, types: [Type], folded: [Int: Value], zones: [String: Zone],
        environment: Environment
    ) {
        self.zones = zones
        self.source = source
        self.types = types
        self.folded = folded
        self.environment = environment
    }

    /// Reports a part that fails at every evaluation.
    private mutating func refuse(_ message: String, _ expression: Expression) {
        let severity: Diagnostic.Severity = environment.refusesUnreadable ? .error : .warning
        warnings.append(
            Diagnostic(message, at: expression.span, in: source, severity: severity))
    }

    mutating func warn(_ message: String, _ expression: Expression) {
        warnings.append(
            Diagnostic(message, at: expression.span, in: source, severity: .warning))
    }

    private mutating func walk(_ expression: Expression) {
        lint(expression)
        switch expression.kind {
        case .logic(let kind, let terms): walk(terms, of: kind, in: expression)
        case .conditional(let condition, let then, let otherwise):
            walk(condition)
            with(guards(of: condition, when: true)) { $0.walk(then) }
            with(guards(of: condition, when: false)) { $0.walk(otherwise) }
        case .has(let operand, _): walk(operand)
        default: for child in expression.children { walk(child) }
        }
    }

    // MARK: - Fields that may be absent

    private mutating func with(_ more: Set<String>, _ body: (inout Linter) -> Void) {
        let outer = guarded
        guarded.formUnion(more)
        body(&self)
        guarded = outer
    }

    /// In `has(a.b) && …` every other term is guarded, whatever the order: if `has` is false it
    /// decides, and errors of other terms have no effect. The same holds for `!has(a.b) || …`.
    private mutating func walk(
        _ terms: [Expression], of kind: LogicOperator, in whole: Expression
    ) {
        lintContradictions(terms, of: kind)
        for (place, term) in terms.enumerated() {
            lintConstant(term)
            if case .literal(.bool(let outcome)) = term.kind, folded[whole.id] == nil {
                warn("this condition is always \(outcome)", term)
            }
            var others: Set<String> = []
            for (other, guardian) in terms.enumerated() where other != place {
                others.formUnion(guards(of: guardian, when: kind == .and))
            }
            with(others) { $0.walk(term) }
        }
    }

    /// The fields that are present if the condition has this outcome.
    private func guards(of condition: Expression, when outcome: Bool) -> Set<String> {
        switch condition.kind {
        case .has(let operand, let field):
            return outcome ? [Printer.text(of: operand) + "." + field.name] : []
        case .not(let inner): return guards(of: inner, when: !outcome)
        case .logic(let kind, let terms) where (kind == .and) == outcome:
            return terms.reduce(into: []) { $0.formUnion(guards(of: $1, when: outcome)) }
        default: return []
        }
    }

    private mutating func lintSelection(
        _ operand: Expression, _ field: Expression.Field, _ expression: Expression
    ) {
        guard !field.isOptional, case .record(let record) = types[operand.id],
            let index = record.index(of: field.name), record.fields[index].mayBeAbsent
        else { return }
        let path = Printer.text(of: operand) + "." + field.name
        guard !guarded.contains(path) else { return }
        warn(
            "\(path) may be absent, which makes this rule unknown; guard it with has(\(path))",
            expression)
    }

    // MARK: - Single nodes

    private mutating func lintConstant(_ expression: Expression) {
        if case .literal = expression.kind { return }
        guard case .bool(let outcome) = folded[expression.id] else { return }
        warn("this condition is always \(outcome)", expression)
    }

    private mutating func lint(_ expression: Expression) {
        switch expression.kind {
        case .select(let operand, let field): lintSelection(operand, field, expression)
        case .conditional(let condition, _, _):
            lintConstant(condition)
            if case .literal(.bool(let outcome)) = condition.kind {
                warn("this condition is always \(outcome)", condition)
            }
        case .not(let operand): lintConstant(operand)
        case .binary(let kind, let left, let right): lintBinary(kind, left, right, expression)
        case .call(let name, _, let arguments): lintCall(name, arguments, expression)
        case .method(_, "matches", let arguments) where arguments.count == 1:
            lintPattern(arguments[0])
        case .method(_, let name, let arguments)
        where arguments.count == 1 && Library.times.contains { $0.name == name }:
            lintZone(arguments[0])
        case .comprehension(let macro):
            let parts = [macro.condition, macro.result].compactMap(\.self)
            if !macro.variables.contains(where: { name in
                parts.contains { mentions($0, name.name) }
            }) {
                warn("'\(macro.variables[0].name)' is never used", expression)
            }
        case .bind(let variable, _, let body):
            if !mentions(body, variable.name) {
                warn("'\(variable.name)' is never used", expression)
            }
        default: break
        }
    }

    private func mentions(_ expression: Expression, _ name: String) -> Bool {
        if case .identifier(name, _) = expression.kind { return true }
        return expression.children.contains { mentions($0, name) }
    }

    private mutating func lintCall(
        _ name: String, _ arguments: [Expression], _ expression: Expression
    ) {
        switch name {
        case "matches" where arguments.count == 2: lintPattern(arguments[1])
        case "timestamp" where arguments.count == 1:
            guard case .literal(.string(let text)) = arguments[0].kind, Timestamp(text) == nil
            else { return }
            refuse(
                "'\(text)' is not a timestamp; write one such as 2026-03-01T10:00:00Z", arguments[0]
            )
        case "duration" where arguments.count == 1:
            guard case .literal(.string(let text)) = arguments[0].kind,
                DurationText.parse(text) == nil
            else { return }
            refuse("'\(text)' is not a duration; units are h, m, s, ms, us and ns", arguments[0])
        case "minorUnits" where arguments.count == 2: lintCurrency(arguments[1])
        case "isoMinorUnits" where arguments.count == 3:
            lintCurrency(arguments[1])
            if case .map(let entries) = arguments[2].kind {
                for entry in entries { lintCurrency(entry.key) }
            }
        default: break
        }
    }

    private mutating func lintCurrency(_ code: Expression) {
        guard case .literal(.string(let text)) = code.kind, Currency(text)?.isListed != true else {
            return
        }
        refuse("ISO 4217 has no currency '\(text)'", code)
    }

    private mutating func lintZone(_ zone: Expression) {
        guard !zones.isEmpty, case .literal(.string(let name)) = zone.kind,
            Library.offset(of: name, at: nil, zones) == nil
        else { return }
        warn(
            "unknown time zone '\(name)'" + suggestion(for: name, among: zones.keys.sorted()),
            zone)
    }

    private mutating func lintPattern(_ pattern: Expression) {
        guard case .literal(.string(let text)) = pattern.kind else { return }
        do {
            _ = try Regex(text)
            if !text.hasPrefix("^"), !text.hasPrefix("\\A"), !text.hasSuffix("$"),
                !text.hasSuffix("\\z")
            {
                warn(
                    "the pattern matches anywhere in the text; anchor it with ^ and $, or use "
                        + "contains", pattern)
            }
        } catch {
            refuse("the pattern is invalid: \(error)", pattern)
        }
    }

    private mutating func lintBinary(
        _ kind: BinaryOperator, _ left: Expression, _ right: Expression,
        _ expression: Expression
    ) {
        switch kind {
        case .equal, .notEqual:
            lintUppercase(left, [right])
            lintUppercase(right, [left])
        case .in:
            if case .list(let elements) = right.kind { lintUppercase(left, elements.map(\.value)) }
        case .add, .subtract, .multiply, .divide, .modulo:
            lintArithmetic(kind, left, right, expression)
        default: break
        }
    }

    private mutating func lintUppercase(_ field: Expression, _ literals: [Expression]) {
        guard case .select(let operand, let name) = field.kind,
            case .record(let record) = types[operand.id], let index = record.index(of: name.name),
            record.fields[index].isUppercase
        else { return }
        for literal in literals {
            guard case .literal(.string(let text)) = literal.kind else { continue }
            guard text.utf8.contains(where: { $0 >= 0x61 && $0 <= 0x7A }) else {
                if record.fields[index].isCurrency, Currency(text)?.isListed != true {
                    warn(
                        "ISO 4217 has no currency '\(text)', and"
                            + " \(Printer.text(of: field)) never equals it", literal)
                }
                continue
            }
            warn("\(Printer.text(of: field)) is upper-case and never equals '\(text)'", literal)
        }
    }

    /// Warns of arithmetic on a value of unknown type, which fails for a number of another type.
    private mutating func lintArithmetic(
        _ kind: BinaryOperator, _ left: Expression, _ right: Expression,
        _ expression: Expression
    ) {
        let numbers: [Type] = [.int, .uint, .double]
        let sides = [types[left.id], types[right.id]]
        guard sides.contains(.dyn) else { return }
        if kind == .add, !sides.contains(where: numbers.contains) { return }
        let side = sides[0] == .dyn ? left : right
        warn(
            "the type of '\(source[side.span])' is not known; write double(…) or int(…) around it",
            expression)
    }
}
