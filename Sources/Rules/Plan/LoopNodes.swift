/// The sequence that a macro iterates over: elements, or keys; with two variables also the value of
/// each.
struct Loop {
    private enum State {
        case elements(Value.Elements)
        case entries(Value.Entries)
    }

    private var state: State
    private var index: Int64 = 0

    /// Returns nil if the value is neither list nor map.
    init?(_ range: Value) {
        if range.isList {
            state = .elements(range.elements)
        } else if range.isMap {
            state = .entries(range.entries)
        } else {
            return nil
        }
    }

    /// Stores the next element or key, or with two variables the index or key and the value;
    /// returns false at the end.
    mutating func next(into places: [Int], _ context: inout Context) -> Bool {
        switch state {
        case .elements(var elements):
            guard let element = elements.next() else { return false }
            state = .elements(elements)
            if places.count == 2 { context.locals[places[0]] = .int(index) }
            context.locals[places[places.count - 1]] = element
            index += 1
        case .entries(var entries):
            guard let (key, value) = entries.next() else { return false }
            state = .entries(entries)
            context.locals[places[0]] = key
            if places.count == 2 { context.locals[places[1]] = value }
        }
        return true
    }
}

/// The common part of the nodes of all macros.
class LoopNode: Node, @unchecked Sendable {
    let name: String
    let range: Node
    let places: [Int]

    init(_ name: String, _ range: Node, _ places: [Int], _ span: Range<Int>) {
        self.name = name
        self.range = range
        self.places = places
        super.init(span)
    }

    func loop(_ context: inout Context) throws(EvaluationError) -> Loop {
        let value = try range.evaluate(&context)
        if let loop = Loop(value) { return loop }
        throw EvaluationError(
            .noSuchOverload(function: name, arguments: [value.typeName.name]), at: range.span)
    }
}

/// `all`, folded with `&&`, and `exists`, folded with `||`: errors are absorbed the same way.
final class QuantifierNode: LoopNode, @unchecked Sendable {
    let decisive: Bool
    let condition: Node

    init(
        _ name: String, decisive: Bool, _ range: Node, _ places: [Int], _ condition: Node,
        _ span: Range<Int>
    ) {
        self.decisive = decisive
        self.condition = condition
        super.init(name, range, places, span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        var loop = try loop(&context)
        var failure: EvaluationError?
        while loop.next(into: places, &context) {
            try context.spend(1)
            do throws(EvaluationError) {
                if try condition.evaluateBool(&context) == decisive { return decisive }
            } catch {
                if error.isLimit { throw error }
                // One error is enough; each element may have its own.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !decisive
    }
}

/// `exists_one`: evaluates every element and absorbs no error.
final class SingleNode: LoopNode, @unchecked Sendable {
    let condition: Node

    init(
        _ name: String, _ range: Node, _ places: [Int], _ condition: Node, _ span: Range<Int>
    ) {
        self.condition = condition
        super.init(name, range, places, span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        .bool(try evaluateBool(&context))
    }

    override func evaluateBool(_ context: inout Context) throws(EvaluationError) -> Bool {
        var loop = try loop(&context)
        var count = 0
        while loop.next(into: places, &context) {
            try context.spend(1)
            if try condition.evaluateBool(&context) { count += 1 }
        }
        return count == 1
    }
}

/// `filter`, `map` and `transformList`: a list of the selected or converted elements.
final class CollectNode: LoopNode, @unchecked Sendable {
    let condition: Node?
    /// Nil for `filter`, which keeps elements and keys as they are.
    let result: Node?

    init(
        _ name: String, _ range: Node, _ places: [Int], condition: Node?, result: Node?,
        _ span: Range<Int>
    ) {
        self.condition = condition
        self.result = result
        super.init(name, range, places, span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        var loop = try loop(&context)
        var values: [Value] = []
        while loop.next(into: places, &context) {
            try context.spend(1)
            if let condition, try !condition.evaluateBool(&context) { continue }
            try context.build(Value.elementBytes)
            if let result {
                values.append(try result.evaluate(&context))
            } else {
                values.append(context.locals[places[0]])
            }
        }
        return .list(values)
    }
}

/// `transformMap`: a map with the same keys, or the selected ones.
final class TransformMapNode: LoopNode, @unchecked Sendable {
    let condition: Node?
    let result: Node

    init(
        _ name: String, _ range: Node, _ places: [Int], condition: Node?, result: Node,
        _ span: Range<Int>
    ) {
        self.condition = condition
        self.result = result
        super.init(name, range, places, span)
    }

    override func evaluate(_ context: inout Context) throws(EvaluationError) -> Value {
        var loop = try loop(&context)
        var entries: [Map.Entry] = []
        while loop.next(into: places, &context) {
            try context.spend(1)
            if let condition, try !condition.evaluateBool(&context) { continue }
            try context.build(Value.entryBytes)
            let key = context.locals[places[0]]
            entries.append((key, try result.evaluate(&context)))
        }
        do {
            return .map(try Map(entries))
        } catch {
            throw error.located(at: span)
        }
    }
}
