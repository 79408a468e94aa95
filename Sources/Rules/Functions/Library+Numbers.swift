/// The math extension: functions that keep the type of their numbers.
extension Library {
    private static let numeric: [Type] = [.int, .uint, .double]

    static let numbers: [Function] = [
        extremum("math.greatest") { $0 == .after },
        extremum("math.least") { $0 == .before },
        rounding("math.ceil") { $0.rounded(.up) },
        rounding("math.floor") { $0.rounded(.down) },
        rounding("math.round") { $0.rounded(.toNearestOrAwayFromZero) },
        rounding("math.trunc") { $0.rounded(.towardZero) },
        test("math.isNaN") { $0.isNaN },
        test("math.isInf") { $0.isInfinite },
        test("math.isFinite") { $0.isFinite },
        Function(
            "math.sqrt", numeric.map { .function([$0], .double) },
            one: { value, _ throws(EvaluationError) in
                switch value.scalar {
                case .int(let int): .double(Double(int).squareRoot())
                case .uint(let uint): .double(Double(uint).squareRoot())
                case .double(let double): .double(double.squareRoot())
                default: throw .noOverload("math.sqrt", value)
                }
            }),
        Function(
            "math.abs", numeric.map { .function([$0], $0) },
            one: { value, _ throws(EvaluationError) in
                switch value.scalar {
                case .int(.min): throw EvaluationError(.overflow("math.abs"))
                case .int(let int): .int(abs(int))
                case .uint: value
                case .double(let double): .double(double.magnitude)
                default: throw .noOverload("math.abs", value)
                }
            }),
        Function(
            "math.sign", numeric.map { .function([$0], $0) },
            one: { value, _ throws(EvaluationError) in
                switch value.scalar {
                case .int(let int): .int(int.signum())
                case .uint(let uint): .uint(uint == 0 ? 0 : 1)
                case .double(let double):
                    .double(double.isNaN || double == 0 ? double : double < 0 ? -1 : 1)
                default: throw .noOverload("math.sign", value)
                }
            }),
    ]

    private static func rounding(
        _ name: String, _ body: @escaping @Sendable (Double) -> Double
    ) -> Function {
        Function(
            name, [.function([.double], .double)],
            one: { value, _ throws(EvaluationError) in
                guard case .double(let double) = value.scalar else {
                    throw .noOverload(name, value)
                }
                return .double(body(double))
            })
    }

    private static func test(
        _ name: String, _ body: @escaping @Sendable (Double) -> Bool
    ) -> Function {
        Function(
            name, [.function([.double], .bool)],
            one: { value, _ throws(EvaluationError) in
                guard case .double(let double) = value.scalar else {
                    throw .noOverload(name, value)
                }
                return .bool(body(double))
            })
    }

    /// The least or greatest of one or more numbers of any types, or of a list of them; the first
    /// among equals.
    private static func extremum(
        _ name: String, _ wins: @escaping @Sendable (Value.Order) -> Bool
    ) -> Function {
        let mixed = [Type](repeating: .dyn, count: 3)
        var overloads: [Overload] = numeric.map { .function([$0], $0) }
        overloads.append(.function([.list(.dyn)], .dyn))
        for left in numeric {
            for right in numeric {
                overloads.append(.function([left, right], left == right ? left : .dyn))
            }
            overloads.append(.function([left, left, left], left))
        }
        overloads += (3...16).map { .function(mixed + Array(repeating: .dyn, count: $0 - 3), .dyn) }
        return Function(
            name, overloads, cost: .elements,
            many: { arguments, _ throws(EvaluationError) in
                var best: Value?
                let isList = arguments.count == 1 && arguments[0].isList
                for value in isList ? arguments[0].asList ?? [] : arguments {
                    guard let number = Number(value.scalar) else {
                        throw .noOverload(name, arguments)
                    }
                    guard let known = best, let other = Number(known) else {
                        best = value.scalar
                        continue
                    }
                    if wins(number.compare(other)) { best = value.scalar }
                }
                guard let best else {
                    throw EvaluationError(.invalidArgument(function: name, problem: "empty list"))
                }
                return best
            })
    }
}
