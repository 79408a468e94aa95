/// One node of a parsed rule. Macros are kept as they are written, so that the tree can be printed
/// again.
struct Expression: Sendable {
    /// The nodes of one rule are numbered from 0, children before parents.
    let id: Int
    let span: Range<Int>
    let kind: Kind

    indirect enum Kind: Sendable {
        case literal(Literal)
        /// `rooted` if written with a leading dot, which skips containers and macro variables.
        case identifier(String, rooted: Bool)
        case select(Expression, Field)
        case index(Expression, Expression, optional: Bool)
        case call(String, rooted: Bool, [Expression])
        case method(Expression, String, [Expression])
        case negate(Expression)
        case not(Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `a && b && c` is one node of three terms, and so is `||`.
        case logic(LogicOperator, [Expression])
        case conditional(Expression, then: Expression, otherwise: Expression)
        case list([Element])
        case map([Entry])
        /// `has(e.f)`: the operand and the field.
        case has(Expression, Field)
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`
        case bind(Variable, Expression, Expression)
        /// `target.optMap(name, body)` and `optFlatMap`.
        case optionalMap(Expression, Variable, Expression, isFlat: Bool)
    }

    struct Field: Sendable {
        let name: String
        let span: Range<Int>
        var isQuoted = false
        /// `e.?f`
        var isOptional = false
    }

    /// A name a macro introduces.
    struct Variable: Sendable {
        let name: String
        let span: Range<Int>
    }

    struct Element: Sendable {
        let value: Expression
        var isOptional = false
    }

    struct Entry: Sendable {
        let key: Expression
        let value: Expression
        var isOptional = false
    }
}

enum Literal: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
}

enum LogicOperator: String, Sendable {
    case and = "&&"
    case or = "||"

    /// The value of a term that decides the whole.
    var decisive: Bool { self == .or }
    var function: String { "_\(rawValue)_" }
}

enum BinaryOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case `in`
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"

    /// The name under which overloads of the operator are declared.
    var function: String { self == .in ? "@in" : "_\(rawValue)_" }

    /// The precedence; a larger number binds tighter.
    var precedence: Int {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in: 1
        case .add, .subtract: 2
        case .multiply, .divide, .modulo: 3
        }
    }
}

/// A macro over the elements of a list or the keys of a map.
struct Comprehension: Sendable {
    enum Kind: Sendable { case all, exists, existsOne, map, filter, transformList, transformMap }

    let kind: Kind
    /// The spelling in the rule: `existsOne` has two.
    let name: String
    let range: Expression
    /// One name (element or key) or two (index or key, then value).
    let variables: [Expression.Variable]
    /// The condition for each element; nil for a plain `map`.
    let condition: Expression?
    /// The conversion of each element; nil for tests and `filter`.
    let result: Expression?
}
