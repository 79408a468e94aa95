/// The functions that every rule can call, without a host.
enum Library {
    static let functions: [String: Function] = Dictionary(
        (basics + conversions + times + strings + stringParts + formats + numbers + bits
            + optionals + encoders + mappings)
            .map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first })

    /// The names before the dot of library functions.
    static let prefixes: Set<String> = Set(
        functions.keys.compactMap { name in
            name.split(separator: ".").count > 1
                ? name.split(separator: ".").first.map(String.init) : nil
        })

    /// The overloads of operators, by the names that cel-go gives them.
    static let operators: [String: [Overload]] = {
        let a = Type.parameter("A")
        let b = Type.parameter("B")
        func same(_ types: [Type], _ result: Type? = nil) -> [Overload] {
            types.map { .function([$0, $0], result ?? $0) }
        }
        let ordered: [Type] = [.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration]
        let comparisons = same(ordered, .bool)
        let equality = [Overload.function([a, a], .bool)]
        return [
            "_==_": equality, "_!=_": equality,
            "_<_": comparisons, "_<=_": comparisons, "_>_": comparisons, "_>=_": comparisons,
            "@in": [.function([a, .list(a)], .bool), .function([a, .map(a, b)], .bool)],
            "_+_": same([.int, .uint, .double, .string, .bytes, .duration]) + [
                .function([.list(a), .list(a)], .list(a)),
                .function([.timestamp, .duration], .timestamp),
                .function([.duration, .timestamp], .timestamp),
            ],
            "_-_": same([.int, .uint, .double, .duration]) + [
                .function([.timestamp, .timestamp], .duration),
                .function([.timestamp, .duration], .timestamp),
            ],
            "_*_": same([.int, .uint, .double]),
            "_/_": same([.int, .uint, .double]),
            "_%_": same([.int, .uint]),
            "-_": [
                .function([.int], .int), .function([.double], .double),
                .function([.duration], .duration),
            ],
            "!_": [.function([.bool], .bool)],
            "_?_:_": [.function([.bool, a, a], a)],
            "_[_]": [
                .function([.list(a), .int], a), .function([.map(a, b), a], b),
                .function([.optional(.list(a)), .int], .optional(a)),
                .function([.optional(.map(a, b)), a], .optional(b)),
            ],
            "_[?_]": [
                .function([.list(a), .int], .optional(a)),
                .function([.map(a, b), a], .optional(b)),
                .function([.optional(.list(a)), .int], .optional(a)),
                .function([.optional(.map(a, b)), a], .optional(b)),
            ],
        ]
    }()
}
