/// A function of the library or the host: its overloads, its implementations and its costs.
struct Function: Sendable {
    typealias One = @Sendable (Value, inout Context) throws(EvaluationError) -> Value
    typealias Two = @Sendable (Value, Value, inout Context) throws(EvaluationError) -> Value
    typealias Three =
        @Sendable (Value, Value, Value, inout Context) throws(EvaluationError) ->
        Value
    typealias Many = @Sendable ([Value], inout Context) throws(EvaluationError) -> Value

    let name: String
    let overloads: [Overload]
    let cost: CostModel
    /// The greatest size of a result.
    let size: ResultSize
    var one: One?
    var two: Two?
    var three: Three?
    /// The implementation for any other number of arguments.
    var many: Many?

    init(
        _ name: String, _ overloads: [Overload], cost: CostModel = .unit,
        size: ResultSize = .unknown, one: One? = nil, two: Two? = nil, three: Three? = nil,
        many: Many? = nil
    ) {
        self.name = name
        self.overloads = overloads
        self.cost = cost
        self.size = size
        self.one = one
        self.two = two
        self.three = three
        self.many = many
    }

    /// A function of the host; without an implementation it can be checked and not evaluated.
    init(_ declaration: FunctionDeclaration) {
        self.init(declaration.name, declaration.overloads)
        if let body = declaration.implementation {
            many = { arguments, _ throws(EvaluationError) in try body(arguments) }
        }
    }

    /// Calls the function with any number of arguments.
    func call(
        _ arguments: [Value], _ context: inout Context
    ) throws(EvaluationError) -> Value {
        switch arguments.count {
        case 1: if let one { return try one(arguments[0], &context) }
        case 2: if let two { return try two(arguments[0], arguments[1], &context) }
        case 3:
            if let three { return try three(arguments[0], arguments[1], arguments[2], &context) }
        default: break
        }
        if let many { return try many(arguments, &context) }
        throw .noOverload(name, arguments)
    }
}

/// The cost of a call in addition to its arguments', in units, by the sizes of these (cel-go's
/// model).
enum CostModel: Sendable {
    case unit
    /// A tenth of a unit per byte of these arguments.
    case scan([Int])
    /// A search for the second argument in the first: a tenth of a unit per byte of each,
    /// multiplied.
    case search
    /// The compilation of the pattern in the second argument; matching is charged by the compiled
    /// size.
    case pattern
    /// One unit per element of the first argument.
    case elements
    /// A unit per byte of the first argument, each of which may produce a piece of the result, and
    /// twenty per element of the second: the exact digits of a double take as long.
    case format

    /// The additional cost of `replace` for each replaced place.
    static let replacement = 2

    func cost(_ size: (Int) -> Int) -> Int {
        switch self {
        case .unit: 1
        case .scan(let places):
            places.reduce(1) { saturatingAdd($0, tenth(size($1))) }
        case .search: saturatingAdd(1, saturatingMultiply(tenth(size(0)), tenth(size(1))))
        case .pattern: saturatingAdd(1, size(1))
        case .elements: saturatingAdd(1, size(0))
        case .format: saturatingAdd(saturatingAdd(2, size(0)), saturatingMultiply(20, size(1)))
        }
    }
}

/// The greatest size of a function's result.
enum ResultSize: Sendable {
    /// The size that the environment assumes.
    case unknown
    case most(Int)
    /// The size of an argument.
    case same(Int)
    /// The size of all arguments together.
    case sum
}

func tenth(_ size: Int) -> Int { size / 10 + (size % 10 == 0 ? 0 : 1) }

func saturatingAdd(_ a: Int, _ b: Int) -> Int {
    let sum = a.addingReportingOverflow(b)
    return sum.overflow ? .max : sum.partialValue
}

func saturatingMultiply(_ a: Int, _ b: Int) -> Int {
    let product = a.multipliedReportingOverflow(by: b)
    return product.overflow ? .max : product.partialValue
}

extension EvaluationError {
    static func noOverload(_ name: String, _ arguments: [Value]) -> EvaluationError {
        EvaluationError(
            .noSuchOverload(function: name, arguments: arguments.map(\.typeName.name)))
    }

    static func noOverload(_ name: String, _ arguments: Value...) -> EvaluationError {
        noOverload(name, arguments)
    }
}

extension Overload {
    static func function(_ parameters: [Type], _ result: Type) -> Overload {
        Overload(parameters, result)
    }

    static func method(_ parameters: [Type], _ result: Type) -> Overload {
        Overload(parameters, result, isMethod: true)
    }
}
