/// Prints a tree as text: canonical spacing, macros as written, and parentheses only where
/// precedence requires them.
struct Printer {
    private enum Precedence: Int, Comparable {
        case conditional, or, and, relation, addition, multiplication, unary, member
        static func < (left: Precedence, right: Precedence) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    static func text(of expression: Expression) -> String {
        Printer().print(expression, atLeast: .conditional)
    }

    private func print(_ expression: Expression, atLeast outer: Precedence) -> String {
        let (text, own) = write(expression)
        return own < outer ? "(\(text))" : text
    }

    private func all(_ expressions: [Expression]) -> String {
        expressions.map { print($0, atLeast: .conditional) }.joined(separator: ", ")
    }

    private func write(_ expression: Expression) -> (String, Precedence) {
        switch expression.kind {
        case .literal(let literal): return (write(literal), .member)
        case .identifier(let name, let rooted): return ((rooted ? "." : "") + name, .member)
        case .select(let operand, let field):
            return (select(operand, field), .member)
        case .has(let operand, let field): return ("has(\(select(operand, field)))", .member)
        case .index(let operand, let key, let isOptional):
            let inner = print(key, atLeast: .conditional)
            let target = print(operand, atLeast: .member)
            return ("\(target)[\(isOptional ? "?" : "")\(inner)]", .member)
        case .call(let name, let rooted, let arguments):
            return ("\(rooted ? "." : "")\(name)(\(all(arguments)))", .member)
        case .method(let target, let name, let arguments):
            return ("\(print(target, atLeast: .member)).\(name)(\(all(arguments)))", .member)
        case .negate(let operand): return ("-" + sign(operand, "-"), .unary)
        case .not(let operand): return ("!" + sign(operand, "!"), .unary)
        case .binary(let kind, let left, let right): return write(kind, left, right)
        case .logic(let kind, let terms):
            let own: Precedence = kind == .or ? .or : .and
            let inner: Precedence = kind == .or ? .and : .relation
            return (
                terms.map { print($0, atLeast: inner) }.joined(separator: " \(kind.rawValue) "), own
            )
        case .conditional(let condition, let then, let otherwise):
            return (
                "\(print(condition, atLeast: .or)) ? \(print(then, atLeast: .or)) : "
                    + print(otherwise, atLeast: .conditional), .conditional
            )
        case .list(let elements):
            let inner = elements.map { item($0.value, isOptional: $0.isOptional) }
            return ("[\(inner.joined(separator: ", "))]", .member)
        case .map(let entries):
            let inner = entries.map {
                item($0.key, isOptional: $0.isOptional) + ": "
                    + print($0.value, atLeast: .conditional)
            }
            return ("{\(inner.joined(separator: ", "))}", .member)
        case .comprehension(let macro): return (write(macro), .member)
        case .bind(let variable, let value, let body):
            return ("cel.bind(\(variable.name), \(all([value, body])))", .member)
        case .optionalMap(let target, let variable, let body, let isFlat):
            let name = isFlat ? "optFlatMap" : "optMap"
            return (
                "\(print(target, atLeast: .member)).\(name)(\(variable.name), \(all([body])))",
                .member
            )
        }
    }

    private func write(
        _ kind: BinaryOperator, _ left: Expression, _ right: Expression
    ) -> (String, Precedence) {
        let own: Precedence =
            switch kind.precedence {
            case 1: .relation
            case 2: .addition
            default: .multiplication
            }
        let next = Precedence(rawValue: own.rawValue + 1) ?? .member
        return (
            "\(print(left, atLeast: own)) \(kind.rawValue) \(print(right, atLeast: next))", own
        )
    }

    /// A repeated sign needs no parentheses, a different one does, and a minus before a number
    /// would become part of it.
    private func sign(_ operand: Expression, _ sign: String) -> String {
        let text = print(operand, atLeast: .unary)
        let isNumber = text.utf8.first.map { $0.isDigit || $0 == UInt8(ascii: ".") } ?? false
        switch operand.kind {
        case .not where sign == "-", .negate where sign == "!": return "(\(text))"
        case .literal where sign == "-" && (isNumber || text.hasPrefix("-")): return "(\(text))"
        // `-(1).f()` and `-1.f()` have different meanings.
        default: return sign == "-" && isNumber ? "(\(text))" : text
        }
    }

    private func select(_ operand: Expression, _ field: Expression.Field) -> String {
        let name = field.isQuoted ? "`\(field.name)`" : field.name
        return "\(print(operand, atLeast: .member)).\(field.isOptional ? "?" : "")\(name)"
    }

    private func item(_ value: Expression, isOptional: Bool) -> String {
        (isOptional ? "?" : "") + print(value, atLeast: .conditional)
    }

    private func write(_ macro: Comprehension) -> String {
        let names = macro.variables.map(\.name).joined(separator: ", ")
        let parts = all([macro.condition, macro.result].compactMap(\.self))
        return "\(print(macro.range, atLeast: .member)).\(macro.name)(\(names), \(parts))"
    }

    private func write(_ literal: Literal) -> String {
        switch literal {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .uint(let value): "\(value)u"
        case .double(let value): double(value)
        case .string(let value): quotedLiteral(value)
        case .bytes(let value): "b\"\(value.map(escape).joined())\""
        }
    }

    private func double(_ value: Double) -> String {
        // Swift prints the shortest text; CEL requires digits on both sides of a point, or an
        // exponent.
        let text = value.description
        return text.contains("e") || text.contains(".") ? text : text + ".0"
    }

    private func escape(_ byte: UInt8) -> String {
        if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            return String(Unicode.Scalar(byte))
        }
        let digits = String(byte, radix: 16)
        return "\\x" + (byte < 16 ? "0" : "") + digits
    }
}
