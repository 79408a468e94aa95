/// The strings extension, second half: functions with positions, which count code points.
extension Library {
    static let stringParts: [Function] = [
        Function(
            "charAt", [.method([.string, .int], .string)], cost: .scan([0]), size: .most(4),
            two: charAt),
        Function(
            "indexOf",
            [.method([.string, .string], .int), .method([.string, .string, .int], .int)],
            cost: .search, two: indexOf, three: indexOf),
        Function(
            "lastIndexOf",
            [.method([.string, .string], .int), .method([.string, .string, .int], .int)],
            cost: .search, two: lastIndexOf, three: lastIndexOf),
        Function(
            "substring",
            [.method([.string, .int], .string), .method([.string, .int, .int], .string)],
            cost: .scan([0]), size: .same(0), two: substring, three: substring),
        Function(
            "strings.quote", [.function([.string], .string)], cost: .scan([0]), one: quote),
    ]

    private static func outOfRange(_ name: String, _ index: Int64) -> EvaluationError {
        EvaluationError(.invalidArgument(function: name, problem: "index out of range: \(index)"))
    }

    private static func charAt(
        _ value: Value, _ index: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString, case .int(let index) = index else {
            throw .noOverload("charAt", value, index)
        }
        let points = CodePoints(text)
        guard let position = Int(exactly: index), 0...points.count ~= position else {
            throw outOfRange("charAt", index)
        }
        if position == points.count { return .string("") }
        return .string(String(decoding: points[position..<position + 1], as: UTF8.self))
    }

    private static func indexOf(
        _ value: Value, _ part: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        try indexOf(value, part, .int(0), &context)
    }

    private static func indexOf(
        _ value: Value, _ part: Value, _ start: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString, let wanted = part.asString, case .int(let start) = start
        else { throw .noOverload("indexOf", value, part, start) }
        let points = CodePoints(text)
        let bytes = Array(wanted.utf8)
        guard let position = Int(exactly: start), 0...points.count ~= position else {
            throw outOfRange("indexOf", start)
        }
        let found = firstIndex(
            of: bytes.span, in: points.bytes.span, from: points.offset(of: position))
        return .int(found.map { Int64(points.position(of: $0)) } ?? -1)
    }

    private static func lastIndexOf(
        _ value: Value, _ part: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString else { throw .noOverload("lastIndexOf", value, part) }
        let count = codePointCount(text.utf8.span)
        return try lastIndexOf(value, part, .int(Int64(count)), &context)
    }

    /// The last occurrence that begins at or before `start`.
    private static func lastIndexOf(
        _ value: Value, _ part: Value, _ start: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString, let wanted = part.asString, case .int(let start) = start
        else { throw .noOverload("lastIndexOf", value, part, start) }
        let points = CodePoints(text)
        let bytes = Array(wanted.utf8)
        guard let position = Int(exactly: start), 0...points.count ~= position else {
            throw outOfRange("lastIndexOf", start)
        }
        var offset = min(points.offset(of: position), points.bytes.count - bytes.count)
        while offset >= 0 {
            if points.bytes[offset..<offset + bytes.count].elementsEqual(bytes) {
                return .int(Int64(points.position(of: offset)))
            }
            offset -= 1
        }
        return .int(-1)
    }

    private static func substring(
        _ value: Value, _ start: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString, case .int(let first) = start else {
            throw .noOverload("substring", value, start)
        }
        return try substring(CodePoints(text), first, nil, &context)
    }

    private static func substring(
        _ value: Value, _ start: Value, _ end: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString, case .int(let first) = start, case .int(let last) = end
        else { throw .noOverload("substring", value, start, end) }
        return try substring(CodePoints(text), first, last, &context)
    }

    private static func substring(
        _ points: CodePoints, _ start: Int64, _ end: Int64?, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let first = Int(exactly: start), 0...points.count ~= first else {
            throw outOfRange("substring", start)
        }
        let end = end ?? Int64(points.count)
        guard let last = Int(exactly: end), 0...points.count ~= last else {
            throw outOfRange("substring", end)
        }
        guard first <= last else {
            throw EvaluationError(
                .invalidArgument(
                    function: "substring",
                    problem: "invalid substring range. start: \(first), end: \(last)"))
        }
        let part = points[first..<last]
        try context.build(part.count)
        return .string(String(decoding: part, as: UTF8.self))
    }

    /// The string as a literal with double quotes.
    private static func quote(
        _ value: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString else { throw .noOverload("strings.quote", value) }
        let quoted = quotedLiteral(text)
        try context.build(quoted.utf8.count)
        return .string(quoted)
    }
}

func quotedLiteral(_ text: String) -> String {
    var result: [UInt8] = [UInt8(ascii: "\"")]
    result.reserveCapacity(text.utf8.count + 2)
    for byte in text.utf8 {
        let letter: Unicode.Scalar
        switch byte {
        case 0x07: letter = "a"
        case 0x08: letter = "b"
        case 0x0C: letter = "f"
        case 0x0A: letter = "n"
        case 0x0D: letter = "r"
        case 0x09: letter = "t"
        case 0x0B: letter = "v"
        case UInt8(ascii: "\\"): letter = "\\"
        case UInt8(ascii: "\""): letter = "\""
        default:
            result.append(byte)
            continue
        }
        result.append(UInt8(ascii: "\\"))
        result.append(UInt8(ascii: letter))
    }
    result.append(UInt8(ascii: "\""))
    return String(decoding: result, as: UTF8.self)
}
