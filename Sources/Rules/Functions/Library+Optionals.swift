import JSON

/// Optionals. `or` and `orValue` evaluate their right side only if they need it, which the planner
/// ensures; here are their types and their results for two given sides.
extension Library {
    private static let inner = Type.parameter("V")

    static let optionals: [Function] = [
        Function("optional.of", [.function([inner], .optional(inner))], size: .same(0)) {
            value, _ throws(EvaluationError) in .optional(value)
        },
        Function(
            "optional.none", [.function([], .optional(inner))],
            many: { arguments, _ throws(EvaluationError) in
                guard arguments.isEmpty else { throw .noOverload("optional.none", arguments) }
                return .optional(nil)
            }),
        Function(
            "optional.ofNonZeroValue", [.function([inner], .optional(inner))], size: .same(0),
            one: { value, _ throws(EvaluationError) in .optional(value.isZero ? nil : value) }),
        Function(
            "hasValue", [.method([.optional(inner)], .bool)],
            one: { value, _ throws(EvaluationError) in
                guard case .optional(let inner) = value else {
                    throw .noOverload("hasValue", value)
                }
                return .bool(inner != nil)
            }),
        Function(
            "value", [.method([.optional(inner)], inner)], size: .same(0),
            one: { value, _ throws(EvaluationError) in
                guard case .optional(let inner) = value else { throw .noOverload("value", value) }
                guard let inner else { throw EvaluationError(.emptyOptional) }
                return inner
            }),
        Function(
            "or", [.method([.optional(inner), .optional(inner)], .optional(inner))], size: .sum,
            two: { value, other, _ throws(EvaluationError) in
                guard case .optional(let inner) = value, case .optional = other else {
                    throw .noOverload("or", value, other)
                }
                return inner == nil ? other : value
            }),
        Function(
            "orValue", [.method([.optional(inner), inner], inner)], size: .sum,
            two: { value, other, _ throws(EvaluationError) in
                guard case .optional(let inner) = value else {
                    throw .noOverload("orValue", value, other)
                }
                return inner ?? other
            }),
    ]
}

extension Value {
    /// True for the values that `optional.ofNonZeroValue` turns into none.
    var isZero: Bool {
        switch scalar {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.isEmpty
        case .bytes(let value): value.isEmpty
        case .duration(let value): value == 0
        case .timestamp(let value): value == Timestamp(seconds: 0)
        case .optional(let value): value == nil
        case .json(let value) where value.kind == .string: value.stringBytes?.isEmpty ?? true
        case .list, .map, .json, .table: elementCount == 0
        case .type, .record: false
        }
    }
}
