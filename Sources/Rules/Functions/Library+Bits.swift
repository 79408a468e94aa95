/// The math extension's operations on bits.
extension Library {
    static let bits: [Function] = [
        binary("math.bitAnd", { $0 & $1 }, { $0 & $1 }),
        binary("math.bitOr", { $0 | $1 }, { $0 | $1 }),
        binary("math.bitXor", { $0 ^ $1 }, { $0 ^ $1 }),
        Function(
            "math.bitNot", [.function([.int], .int), .function([.uint], .uint)],
            one: { value, _ throws(EvaluationError) in
                switch value {
                case .int(let int): .int(~int)
                case .uint(let uint): .uint(~uint)
                default: throw .noOverload("math.bitNot", value)
                }
            }),
        shift("math.bitShiftLeft") { $0 << $1 },
        // Zeros are shifted in, even for a negative int.
        shift("math.bitShiftRight") { $0 >> $1 },
    ]

    private static func binary(
        _ name: String, _ ints: @escaping @Sendable (Int64, Int64) -> Int64,
        _ uints: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> Function {
        Function(
            name, [.function([.int, .int], .int), .function([.uint, .uint], .uint)],
            two: { left, right, _ throws(EvaluationError) in
                switch (left, right) {
                case (.int(let a), .int(let b)): .int(ints(a, b))
                case (.uint(let a), .uint(let b)): .uint(uints(a, b))
                default: throw .noOverload(name, left, right)
                }
            })
    }

    private static func shift(
        _ name: String, _ body: @escaping @Sendable (UInt64, Int64) -> UInt64
    ) -> Function {
        Function(
            name, [.function([.int, .int], .int), .function([.uint, .int], .uint)],
            two: { value, offset, _ throws(EvaluationError) in
                guard case .int(let offset) = offset else { throw .noOverload(name, value, offset) }
                guard offset >= 0 else {
                    throw EvaluationError(
                        .invalidArgument(function: name, problem: "negative offset: \(offset)"))
                }
                switch value {
                case .int(let int):
                    return .int(Int64(bitPattern: body(UInt64(bitPattern: int), offset)))
                case .uint(let uint): return .uint(body(uint, offset))
                default: throw .noOverload(name, value, .int(offset))
                }
            })
    }
}
