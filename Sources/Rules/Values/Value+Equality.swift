import JSON

/// Equality and order as CEL defines them: numbers compare across their types, strings by code
/// point, and values of different types are unequal and not an error.
extension Value {
    /// True if the values are equal; deep comparison is charged by element.
    static func equal(
        _ left: Value, _ right: Value, _ context: inout Context
    ) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.int(let a), .int(let b)): return a == b
        case (.string(let a), .string(let b)):
            try context.spend(min(a.utf8.count, b.utf8.count) / 10)
            return equalUTF8(a, b)
        case (.json(let a), .string(let b)):
            guard a.kind == .string else { return false }
            try context.spend(min(a.range.count, b.utf8.count) / 10 + left.readingCost)
            return a.equals(b)
        case (.string, .json): return try equal(right, left, &context)
        case (.bool(let a), .bool(let b)): return a == b
        case (.null, .null): return true
        default:
            try context.spend(left.readingCost + right.readingCost)
            return try equalAcrossTypes(left.scalar, right.scalar, &context)
        }
    }

    private static func equalAcrossTypes(
        _ left: Value, _ right: Value, _ context: inout Context
    ) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.bytes(let a), .bytes(let b)):
            try context.spend(min(a.count, b.count) / 10)
            return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.optional(let a), .optional(let b)):
            guard let a, let b else { return a == nil && b == nil }
            return try equal(a, b, &context)
        case (.record(let a), .record(let b)): return try equal(a, b, &context)
        case (.json(let a), .json(let b)) where a.kind == .string && b.kind == .string:
            try context.spend(min(a.range.count, b.range.count) / 10 + 3)
            return a.stringBytes == b.stringBytes
        default:
            if let a = Number(left) {
                return Number(right).map { a.compare($0) == .same } ?? false
            }
            if left.isList, right.isList { return try equalLists(left, right, &context) }
            if left.isMap, right.isMap { return try equalMaps(left, right, &context) }
            return false
        }
    }

    private static func equalLists(
        _ left: Value, _ right: Value, _ context: inout Context
    ) throws(EvaluationError) -> Bool {
        guard left.elementCount == right.elementCount else { return false }
        var a = left.elements
        var b = right.elements
        while let x = a.next(), let y = b.next() {
            try context.spend(1)
            if try !equal(x, y, &context) { return false }
        }
        return true
    }

    private static func equalMaps(
        _ left: Value, _ right: Value, _ context: inout Context
    ) throws(EvaluationError) -> Bool {
        guard left.elementCount == right.elementCount else { return false }
        var entries = left.entries
        while let (key, value) = entries.next() {
            try context.spend(1 + right.readingCost)
            guard let other = right.find(key) else { return false }
            if try !equal(value, other, &context) { return false }
        }
        return true
    }

    private static func equal(
        _ left: Record, _ right: Record, _ context: inout Context
    ) throws(EvaluationError) -> Bool {
        guard left.type == right.type else { return false }
        for (a, b) in zip(left.values, right.values) {
            guard let a, let b else {
                if a == nil && b == nil { continue }
                return false
            }
            if try !equal(a, b, &context) { return false }
        }
        return true
    }

    /// The order of two values; nil if CEL defines none between them.
    static func order(
        _ left: Value, _ right: Value, _ context: inout Context
    ) throws(EvaluationError) -> Order? {
        switch (left.scalar, right.scalar) {
        case (.int(let a), .int(let b)): return Order(a, b)
        case (.bool(let a), .bool(let b)): return Order(a ? 1 : 0, b ? 1 : 0)
        case (.timestamp(let a), .timestamp(let b)): return Order(a, b)
        case (.duration(let a), .duration(let b)): return Order(a, b)
        case (.bytes(let a), .bytes(let b)):
            try context.spend(min(a.count, b.count) / 10)
            return textOrder(a.span, b.span)
        case (let a, let b):
            if let x = Number(a) { return Number(b).map { x.compare($0) } }
            guard a.isString, b.isString, let x = a.asString, let y = b.asString else { return nil }
            try context.spend(min(x.utf8.count, y.utf8.count) / 10)
            return textOrder(x.utf8.span, y.utf8.span)
        }
    }

    private static func textOrder(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Order {
        isLess(a, b) ? .before : isLess(b, a) ? .after : .same
    }

    enum Order {
        case before, same, after
        /// NaN is not ordered with any number.
        case none

        init<Subject: Comparable>(_ a: Subject, _ b: Subject) {
            self = a < b ? .before : a == b ? .same : .after
        }
    }
}

/// A number of one of the three types.
enum Number {
    case int(Int64), uint(UInt64), double(Double)

    init?(_ value: Value) {
        switch value {
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .double(let value): self = .double(value)
        default: return nil
        }
    }

    private var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        }
    }

    /// Integers compare exactly; if one is a double, both compare as doubles, like in the reference
    /// engines.
    func compare(_ other: Number) -> Value.Order {
        switch (self, other) {
        case (.int(let a), .int(let b)): return Value.Order(a, b)
        case (.uint(let a), .uint(let b)): return Value.Order(a, b)
        case (.int(let a), .uint(let b)):
            return a < 0 ? .before : Value.Order(UInt64(a), b)
        case (.uint(let a), .int(let b)):
            return b < 0 ? .after : Value.Order(a, UInt64(b))
        default:
            let a = double
            let b = other.double
            return a.isNaN || b.isNaN ? .none : Value.Order(a, b)
        }
    }
}
