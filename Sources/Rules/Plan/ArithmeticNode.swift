/// `+ - * / %` and the minus sign. Overflow is an error; nothing wraps and nothing traps.
final class ArithmeticNode: Node, @unchecked Sendable {
    let kind: BinaryOperator
    let left: Node
    let right: Node

    init(_ kind: BinaryOperator, _ left: Node, _ right: Node, _ span: Range<Int>) {
        self.kind = kind
        self.left = left
        self.right = right
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try context.spend(1)
        let x = try left.evaluate(&context)
        let y = try right.evaluate(&context)
        try context.spend(x.readingCost + y.readingCost)
        let a = x.scalar
        let b = y.scalar
        switch (a, b) {
        case (.int(let x), .int(let y)): return .int(try integer(x, y))
        case (.uint(let x), .uint(let y)): return .uint(try integer(x, y))
        case (.double(let x), .double(let y)):
            if let result = double(x, y) { return .double(result) }
        case (.duration, _), (.timestamp, _):
            if let result = try times(a, b) { return result }
        default:
            if kind == .add, let result = try concatenate(a, b, &context) { return result }
        }
        throw EvaluationError(
            .noSuchOverload(
                function: kind.function, arguments: [a.typeName.name, b.typeName.name]), at: span)
    }

    private func overflow() -> EvaluationError {
        EvaluationError(.overflow(kind.rawValue), at: span)
    }

    private func integer<Integer: FixedWidthInteger>(
        _ x: Integer, _ y: Integer
    ) throws(EvaluationError) -> Integer {
        let (value, isOverflow): (Integer, Bool)
        switch kind {
        case .add: (value, isOverflow) = x.addingReportingOverflow(y)
        case .subtract: (value, isOverflow) = x.subtractingReportingOverflow(y)
        case .multiply: (value, isOverflow) = x.multipliedReportingOverflow(by: y)
        case .divide:
            if y == 0 { throw EvaluationError(.divisionByZero, at: span) }
            (value, isOverflow) = x.dividedReportingOverflow(by: y)
        default:
            if y == 0 { throw EvaluationError(.moduloByZero, at: span) }
            (value, isOverflow) = x.remainderReportingOverflow(dividingBy: y)
        }
        if isOverflow { throw overflow() }
        return value
    }

    private func double(_ x: Double, _ y: Double) -> Double? {
        switch kind {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        default: nil
        }
    }

    private func times(_ a: Value, _ b: Value) throws(EvaluationError) -> Value? {
        guard kind == .add || kind == .subtract else { return nil }
        switch (a, b) {
        case (.duration(let x), .duration(let y)): return .duration(try integer(x, y))
        case (.timestamp(let x), .timestamp(let y)) where kind == .subtract:
            guard let nanoseconds = x.nanoseconds(since: y) else { throw overflow() }
            return .duration(nanoseconds)
        case (.duration(let amount), .timestamp(let start)) where kind == .add:
            guard let moment = start.advanced(byNanoseconds: amount) else { throw overflow() }
            return .timestamp(moment)
        case (.timestamp(let start), .duration(let amount)):
            // -Int64.min is not representable, and no timestamp is that close to the end of its
            // range.
            guard kind == .add || amount != .min,
                let moment = start.advanced(byNanoseconds: kind == .add ? amount : -amount)
            else { throw overflow() }
            return .timestamp(moment)
        default: return nil
        }
    }

    private func concatenate(
        _ a: Value, _ b: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value? {
        if case .bytes(let x) = a, case .bytes(let y) = b {
            try charge(x.count + y.count, &context)
            return .bytes(x + y)
        }
        if a.isList, b.isList, let x = a.asList, let y = b.asList {
            try context.spend(tenth(x.count + y.count))
            try context.build((x.count + y.count) * Value.elementBytes)
            return .list(x + y)
        }
        guard let x = a.asString, let y = b.asString else { return nil }
        try charge(x.utf8.count + y.utf8.count, &context)
        return .string(x + y)
    }

    private func charge(_ size: Int, _ context: inout Context) throws(EvaluationError) {
        try context.spend(tenth(size))
        try context.build(size)
    }
}

/// `-a`
final class NegationNode: Node, @unchecked Sendable {
    let operand: Node

    init(_ operand: Node, _ span: Range<Int>) {
        self.operand = operand
        super.init(span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        try context.spend(1)
        let value = try operand.evaluate(&context).scalar
        switch value {
        case .int(.min), .duration(.min): throw EvaluationError(.overflow("-"), at: span)
        case .int(let int): return .int(-int)
        case .double(let double): return .double(-double)
        case .duration(let nanoseconds): return .duration(-nanoseconds)
        default:
            throw EvaluationError(
                .noSuchOverload(function: "-_", arguments: [value.typeName.name]), at: span)
        }
    }
}
