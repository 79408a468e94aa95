/// Sizes, searches and types: the core of the specification's standard functions.
extension Library {
    static let basics: [Function] = [
        Function(
            "size",
            [
                .function([.string], .int), .function([.bytes], .int),
                .function([.list(.parameter("A"))], .int),
                .function([.map(.parameter("A"), .parameter("B"))], .int),
                .method([.string], .int), .method([.bytes], .int),
                .method([.list(.parameter("A"))], .int),
                .method([.map(.parameter("A"), .parameter("B"))], .int),
            ], cost: .scan([0]), one: size),
        Function("type", [.function([.parameter("A")], .type)]) {
            value, _ throws(EvaluationError) in .type(value.typeName)
        },
        Function("dyn", [.function([.parameter("A")], .dyn)], size: .same(0)) {
            value, _ throws(EvaluationError) in value
        },
        Function(
            "startsWith", [.method([.string, .string], .bool)], cost: .scan([1]),
            two: { text, prefix, _ throws(EvaluationError) in
                try test("startsWith", text, prefix) { hasPrefix($0, $1) }
            }),
        Function(
            "endsWith", [.method([.string, .string], .bool)], cost: .scan([1]),
            two: { text, suffix, _ throws(EvaluationError) in
                try test("endsWith", text, suffix) { hasSuffix($0, $1) }
            }),
        Function(
            "contains", [.method([.string, .string], .bool)], cost: .search,
            two: { text, part, _ throws(EvaluationError) in
                try test("contains", text, part) { firstIndex(of: $1, in: $0) != nil }
            }),
        Function(
            "matches",
            [.method([.string, .string], .bool), .function([.string, .string], .bool)],
            cost: .pattern, two: matches),
    ]

    /// The size in code points, for strings.
    private static func size(
        _ value: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        if let count = value.withUTF8({ codePointCount($0) }) {
            return .int(Int64(count))
        }
        if case .bytes(let bytes) = value { return .int(Int64(bytes.count)) }
        guard value.isList || value.isMap else { throw .noOverload("size", value) }
        return .int(Int64(value.elementCount))
    }

    private static func test(
        _ name: String, _ text: Value, _ part: Value,
        _ compare: (Span<UInt8>, Span<UInt8>) -> Bool
    ) throws(EvaluationError) -> Value {
        guard
            let outcome = text.withUTF8({ text in part.withUTF8 { compare(text, $0) } ?? nil }),
            let outcome
        else { throw .noOverload(name, text, part) }
        return .bool(outcome)
    }

    private static func matches(
        _ text: Value, _ pattern: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard text.isString, let expression = pattern.asString else {
            throw .noOverload("matches", text, pattern)
        }
        let regex: Regex
        do {
            regex = try Regex(expression)
        } catch {
            // The details would show a pattern that may come from facts.
            throw EvaluationError(.invalidPattern("it is not in RE2's syntax"))
        }
        // Counted repetitions make a short pattern large.
        try context.spend(MatchNode.compiling(regex.size))
        return .bool(try MatchNode.match(text, regex, &context))
    }
}

func codePointCount(_ text: Span<UInt8>) -> Int {
    var count = 0
    for index in 0..<text.count where text[unchecked: index] & 0xC0 != 0x80 { count += 1 }
    return count
}
