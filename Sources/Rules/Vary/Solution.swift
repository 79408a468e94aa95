/// Operands that give a calculation a result.
enum Solution {
    /// The left operands with which the operation on a known right operand gives the result.
    static func left(of operation: BinaryOperator, _ right: Value, _ result: Value) -> [Value] {
        switch (operation, right.scalar, result.scalar) {
        case (.add, .int(let right), .int(let result)):
            difference(result, right).map { .int($0) }
        case (.subtract, .int(let right), .int(let result)): sum(result, right).map { .int($0) }
        case (.multiply, .int(let right), .int(let result)) where right != 0 && right != -1:
            [result / right, result / right + 1].map { .int($0) }
        case (.divide, .int(let right), .int(let result)): product(result, right)
        case (.modulo, .int(let right), .int(let result)):
            [.int(result)] + sum(result, right).map { .int($0) }
        case (.add, .double(let right), .double(let result)): [.double(result - right)]
        case (.subtract, .double(let right), .double(let result)): [.double(result + right)]
        case (.multiply, .double(let right), .double(let result)) where right != 0:
            [.double(result / right)]
        case (.divide, .double(let right), .double(let result)): [.double(result * right)]
        case (.subtract, .timestamp(let right), .duration(let result)):
            shifted(right, by: result)
        case (.add, .duration(let right), .timestamp(let result)):
            right == .min ? [] : shifted(result, by: -right)
        case (.subtract, .duration(let right), .timestamp(let result)):
            shifted(result, by: right)
        case (.add, _, _):
            if let right = right.asString, let result = result.asString,
                result.hasSuffix(right)
            {
                [.string(String(result.dropLast(right.count)))]
            } else {
                []
            }
        default: []
        }
    }

    /// The right operands with which the operation on a known left operand gives the result.
    static func right(of operation: BinaryOperator, _ left: Value, _ result: Value) -> [Value] {
        switch (operation, left.scalar, result.scalar) {
        case (.add, .int, .int), (.add, .double, .double), (.multiply, .int, .int),
            (.multiply, .double, .double), (.add, .duration, .timestamp):
            self.left(of: operation, left, result)
        case (.subtract, .int(let left), .int(let result)):
            difference(left, result).map { .int($0) }
        case (.subtract, .double(let left), .double(let result)): [.double(left - result)]
        case (.subtract, .timestamp(let left), .duration(let result)):
            result == .min ? [] : shifted(left, by: -result)
        case (.add, .timestamp(let left), .timestamp(let result)):
            result.nanoseconds(since: left).map { [.duration($0)] } ?? []
        case (.add, _, _):
            if let left = left.asString, let result = result.asString, result.hasPrefix(left) {
                [.string(String(result.dropFirst(left.count)))]
            } else {
                []
            }
        default: []
        }
    }

    private static func sum(_ left: Int64, _ right: Int64) -> [Int64] {
        let sum = left.addingReportingOverflow(right)
        return sum.overflow ? [] : [sum.partialValue]
    }

    private static func difference(_ left: Int64, _ right: Int64) -> [Int64] {
        let difference = left.subtractingReportingOverflow(right)
        return difference.overflow ? [] : [difference.partialValue]
    }

    private static func product(_ left: Int64, _ right: Int64) -> [Value] {
        let product = left.multipliedReportingOverflow(by: right)
        return product.overflow ? [] : [.int(product.partialValue)]
    }

    private static func shifted(_ time: Timestamp, by nanoseconds: Int64) -> [Value] {
        time.advanced(byNanoseconds: nanoseconds).map { [.timestamp($0)] } ?? []
    }
}
