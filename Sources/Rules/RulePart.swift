/// A part of a rule that is true, false or unknown: the rule itself, a term, or a comparison.
package struct RulePart: Equatable, Sendable {
    /// The byte range of its source.
    package let span: Range<Int>
    /// The source text of the part.
    package let text: String
    /// The number of parts around it.
    package let depth: Int
    /// The macro whose condition the part is, by the byte range of the macro; nil for any other.
    package let macro: Range<Int>?
}

extension Program {
    /// The parts of the rule that are true, false or unknown, in the order of the text; a part comes
    /// before those within it. Facts that are only compared, and constants, are left out.
    package var parts: [RulePart] {
        var collector = PartCollector(source: source, types: types)
        collector.visit(expression, isCondition: true, depth: 0, macro: nil)
        return collector.parts
    }
}

private struct PartCollector {
    let source: Source
    let types: [Type]
    var parts: [RulePart] = []

    mutating func visit(
        _ expression: Expression, isCondition: Bool, depth: Int, macro: Range<Int>?
    ) {
        if case .literal = expression.kind { return }
        var depth = depth
        let isPart =
            isCondition || (types[expression.id] == .bool && !isPath(expression))
        if isPart {
            parts.append(
                RulePart(
                    span: expression.span, text: source[expression.span], depth: depth,
                    macro: macro))
            depth += 1
        }
        switch expression.kind {
        case .logic(_, let terms):
            for term in terms { visit(term, isCondition: true, depth: depth, macro: nil) }
        case .not(let operand): visit(operand, isCondition: true, depth: depth, macro: nil)
        case .conditional(let condition, let then, let otherwise):
            visit(condition, isCondition: true, depth: depth, macro: nil)
            for branch in [then, otherwise] {
                visit(
                    branch, isCondition: types[branch.id] == .bool, depth: depth, macro: nil)
            }
        case .comprehension(let comprehension):
            visit(comprehension.range, isCondition: false, depth: depth, macro: nil)
            if let condition = comprehension.condition {
                visit(condition, isCondition: true, depth: depth, macro: expression.span)
            }
        default:
            for child in expression.children {
                visit(child, isCondition: false, depth: depth, macro: nil)
            }
        }
    }

    private func isPath(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .identifier: true
        case .select(let operand, _), .index(let operand, _, _): isPath(operand)
        default: false
        }
    }
}
