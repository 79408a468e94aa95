/// A small change of a rule that usually changes its meaning, such as `>` instead of `>=`.
package struct RuleMutant: Equatable, Sendable {
    /// The kind of a change.
    package enum Operation: String, CaseIterable, Sendable {
        /// A comparison that includes its bound excludes it, or a constant is one more or less.
        case boundary
        /// Another operator.
        case `operator`
        /// The opposite of a part.
        case negation
        /// A term is removed.
        case removal
        /// Another constant.
        case constant
    }

    /// The kind of the change.
    package let operation: Operation
    /// The byte range of the changed part in the rule.
    package let span: Range<Int>
    /// The changed part before the change.
    package let before: String
    /// The changed part after the change.
    package let after: String
    /// The whole rule after the change, in canonical spacing.
    package let text: String
}

extension Program {
    /// The mutants of the rule, in the order of the text. Mutants that compile to no rule of the
    /// same type, that print as the rule itself does or as an earlier mutant, are left out.
    package var mutants: [RuleMutant] {
        var maker = MutantMaker(root: expression, types: types)
        maker.visit(expression) { $0 }
        var seen: Set<String> = [canonicalText]
        return maker.mutants.filter { mutant in
            seen.insert(mutant.text).inserted
                && (try? Program.compile(mutant.text, in: environment, expecting: type)) != nil
        }
    }

    /// The terms of the rule that must all be true, each as a rule; the rule itself if it is no
    /// conjunction.
    package var conjuncts: [String] {
        guard case .logic(.and, let terms) = expression.kind else { return [canonicalText] }
        return terms.map { Printer.text(of: $0) }
    }
}

private struct MutantMaker {
    let root: Expression
    let types: [Type]
    var mutants: [RuleMutant] = []

    /// Adds the mutants of a part and of all parts within it.
    ///
    /// - Parameters:
    ///   - whole: returns the whole rule with another part in this place.
    ///   - isNegated: true for the operand of a negation.
    mutating func visit(
        _ part: Expression, isNegated: Bool = false, _ whole: (Expression) -> Expression
    ) {
        for (operation, changed) in changes(of: part)
        // Below a negation the opposite is the removal of the negation.
        where operation != .negation || !isNegated || !isPlain(changed) {
            mutants.append(
                RuleMutant(
                    operation: operation, span: part.span, before: Printer.text(of: part),
                    after: Printer.text(of: changed), text: Printer.text(of: whole(changed))))
        }
        guard !isText(part) else { return }
        for (index, child) in part.children.enumerated() {
            let isNegated = if case .not = part.kind { true } else { false }
            visit(child, isNegated: isNegated) { whole(part.replacingChild(index, by: $0)) }
        }
    }

    /// True for a part that is only negated.
    private func isPlain(_ part: Expression) -> Bool {
        if case .not = part.kind { true } else { false }
    }

    /// True for a call whose text argument has a syntax of its own, such as a duration.
    private func isText(_ part: Expression) -> Bool {
        switch part.kind {
        case .call(let name, _, let arguments):
            guard ["duration", "timestamp"].contains(name), arguments.count == 1 else {
                return false
            }
            if case .literal = arguments[0].kind { return true }
            return false
        case .method(_, "matches", _): return true
        case .index(_, let key, _):
            if case .literal(.string) = key.kind { return true }
            return false
        default: return false
        }
    }

    private typealias Change = (RuleMutant.Operation, Expression)

    private func changes(of part: Expression) -> [Change] {
        switch part.kind {
        case .binary(let operation, let left, let right):
            return Self.replacements(of: operation).map { kind, other in
                (kind, part.with(.binary(other, left, right)))
            } + (operation == .in ? [(.negation, part.with(.not(part)))] : [])
        case .logic(let operation, let terms): return changes(part, operation, terms)
        case .not(let operand): return [(.negation, operand)]
        case .literal(let literal): return constants(literal).map { ($0, part.with(.literal($1))) }
        case .conditional(let condition, let then, let otherwise):
            return [
                (.negation, part.with(.conditional(condition, then: otherwise, otherwise: then)))
            ]
        case .comprehension(let macro): return changes(part, macro)
        case .call(let name, let rooted, let arguments):
            if let text = changedText(name, arguments) {
                return text.map { text in
                    let argument = arguments[0].with(.literal(.string(text)))
                    return (.boundary, part.with(.call(name, rooted: rooted, [argument])))
                }
            }
            return negation(of: part)
        case .method, .has, .select, .identifier, .index: return negation(of: part)
        default: return []
        }
    }

    private func negation(of part: Expression) -> [Change] {
        types[part.id] == .bool ? [(.negation, part.with(.not(part)))] : []
    }

    private func changes(
        _ part: Expression, _ operation: LogicOperator, _ terms: [Expression]
    ) -> [Change] {
        let other: LogicOperator = operation == .and ? .or : .and
        var changes: [Change] = [(.operator, part.with(.logic(other, terms)))]
        for index in terms.indices {
            var rest = terms
            rest.remove(at: index)
            changes.append(
                (.removal, rest.count == 1 ? rest[0] : part.with(.logic(operation, rest))))
        }
        return changes + [(.negation, part.with(.not(part)))]
    }

    private func changes(_ part: Expression, _ macro: Comprehension) -> [Change] {
        let other: (Comprehension.Kind, String)? =
            switch macro.kind {
            case .all: (.exists, "exists")
            case .exists: (.all, "all")
            case .existsOne: (.exists, "exists")
            default: nil
            }
        let changes: [Change] =
            other.map { kind, name in
                [(.operator, part.with(.comprehension(macro.renamed(kind, name))))]
            } ?? []
        return changes + negation(of: part)
    }

    private static func replacements(
        of operation: BinaryOperator
    ) -> [(RuleMutant.Operation, BinaryOperator)] {
        switch operation {
        case .greaterOrEqual: [(.boundary, .greater), (.negation, .less)]
        case .greater: [(.boundary, .greaterOrEqual), (.negation, .lessOrEqual)]
        case .lessOrEqual: [(.boundary, .less), (.negation, .greater)]
        case .less: [(.boundary, .lessOrEqual), (.negation, .greaterOrEqual)]
        case .equal: [(.negation, .notEqual)]
        case .notEqual: [(.negation, .equal)]
        case .add: [(.operator, .subtract)]
        case .subtract: [(.operator, .add)]
        case .multiply: [(.operator, .divide)]
        case .divide: [(.operator, .multiply)]
        case .modulo: [(.operator, .multiply)]
        case .in: []
        }
    }

    private func constants(_ literal: Literal) -> [(RuleMutant.Operation, Literal)] {
        switch literal {
        case .int(let value):
            [value.addingReportingOverflow(1), value.subtractingReportingOverflow(1)]
                .filter { !$0.overflow }.map { (.boundary, .int($0.partialValue)) }
        case .uint(let value):
            [value.addingReportingOverflow(1), value.subtractingReportingOverflow(1)]
                .filter { !$0.overflow }.map { (.boundary, .uint($0.partialValue)) }
        case .double(let value):
            [value + 1, value - 1].filter { $0 != value && $0.isFinite }
                .map { (.boundary, .double($0)) }
        case .bool(let value): [(.negation, .bool(!value))]
        case .string(let value): [(.constant, .string(value + "_"))]
        case .null, .bytes: []
        }
    }

    /// The argument of `duration` and `timestamp` one second later and earlier; nil for any other
    /// call.
    private func changedText(_ name: String, _ arguments: [Expression]) -> [String]? {
        guard arguments.count == 1, case .literal(.string(let text)) = arguments[0].kind else {
            return nil
        }
        switch name {
        case "duration":
            guard let length = DurationText.parse(text) else { return nil }
            return [1_000_000_000, -1_000_000_000].map { length.addingReportingOverflow($0) }
                .filter { !$0.overflow }.map { DurationText.format($0.partialValue) }
        case "timestamp":
            guard let time = Timestamp(text) else { return nil }
            return [1_000_000_000, -1_000_000_000]
                .compactMap { time.advanced(byNanoseconds: $0)?.description }
        default: return nil
        }
    }
}
