/// Conversions between types. A value that does not fit is an error; it neither wraps nor traps.
extension Library {
    static let conversions: [Function] = [
        conversion("int", .int, from: [.int, .uint, .double, .string, .timestamp, .duration], int),
        conversion("uint", .uint, from: [.int, .uint, .double, .string], uint),
        conversion("double", .double, from: [.int, .uint, .double, .string], double),
        conversion("bool", .bool, from: [.bool, .string], bool),
        conversion("bytes", .bytes, from: [.bytes, .string], bytes),
        conversion(
            "string", .string,
            from: [.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration], string),
        conversion("timestamp", .timestamp, from: [.timestamp, .string, .int], timestamp),
        conversion("duration", .duration, from: [.duration, .string], duration),
    ]

    private static func conversion(
        _ name: String, _ result: Type, from types: [Type], _ body: @escaping Function.One
    ) -> Function {
        Function(
            name, types.map { .function([$0], result) }, cost: .scan([0]),
            size: .same(0), one: body)
    }

    private static func refuse(_ value: Value, _ type: String) -> EvaluationError {
        EvaluationError(.conversion(from: value.typeName.name, to: type))
    }

    private static func int(
        _ value: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        switch value.scalar {
        case .int(let int): return .int(int)
        case .uint(let uint):
            guard let int = Int64(exactly: uint) else { throw refuse(value, "int") }
            return .int(int)
        case .double(let double):
            // The bounds are exclusive: values at -2^63 and 2^63 may themselves be rounded.
            guard double > -0x1p63, double < 0x1p63 else { throw refuse(value, "int") }
            return .int(Int64(double))
        case .timestamp(let timestamp): return .int(timestamp.seconds)
        case .duration(let nanoseconds): return .int(nanoseconds / 1_000_000_000)
        case let other:
            guard let text = other.asString else { throw .noOverload("int", value) }
            guard let int = Int64(text) else { throw refuse(value, "int") }
            return .int(int)
        }
    }

    private static func uint(
        _ value: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        switch value.scalar {
        case .uint(let uint): return .uint(uint)
        case .int(let int):
            guard let uint = UInt64(exactly: int) else { throw refuse(value, "uint") }
            return .uint(uint)
        case .double(let double):
            guard double >= 0, double < 0x1p64 else { throw refuse(value, "uint") }
            return .uint(UInt64(double))
        case let other:
            guard let text = other.asString else { throw .noOverload("uint", value) }
            guard let uint = UInt64(text) else { throw refuse(value, "uint") }
            return .uint(uint)
        }
    }

    private static func double(
        _ value: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        switch value.scalar {
        case .double: return value.scalar
        case .int(let int): return .double(Double(int))
        case .uint(let uint): return .double(Double(uint))
        case let other:
            guard let text = other.asString else { throw .noOverload("double", value) }
            guard let double = parseDouble(text) else { throw refuse(value, "double") }
            return .double(double)
        }
    }

    /// Reads decimal notation, NaN and Infinity; Swift's hexadecimal floats are not part of CEL.
    private static func parseDouble(_ text: String) -> Double? {
        switch text {
        case "NaN": return .nan
        case "Infinity", "+Infinity", "Inf", "+Inf": return .infinity
        case "-Infinity", "-Inf": return -.infinity
        default:
            let allowed = text.utf8.allSatisfy { $0.isDigit || "+-.eE".utf8.contains($0) }
            guard allowed, let double = Double(text), double.isFinite else { return nil }
            return double
        }
    }

    private static func bool(
        _ value: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        if case .bool = value { return value }
        guard let text = value.asString else { throw .noOverload("bool", value) }
        switch text {
        case "1", "t", "true", "TRUE", "True": return .bool(true)
        case "0", "f", "false", "FALSE", "False": return .bool(false)
        default: throw refuse(value, "bool")
        }
    }

    private static func bytes(
        _ value: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        if case .bytes = value { return value }
        guard let text = value.asString else { throw .noOverload("bytes", value) }
        try context.build(text.utf8.count)
        return .bytes(Array(text.utf8))
    }

    private static func string(
        _ value: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        // A whole number beyond Int64 is a double in arithmetic, but keeps its digits as text,
        // since it may be an id.
        if case .json = value, let digits = value.digits {
            try context.build(digits.utf8.count)
            return .string(digits)
        }
        switch value.scalar {
        case .string, .json: if value.isString { return value }
        case .bool(let bool): return .string(bool ? "true" : "false")
        case .int(let int): return .string(String(int))
        case .uint(let uint): return .string(String(uint))
        case .double(let double): return .string(DoubleText.shortest(double))
        case .timestamp(let timestamp): return .string(timestamp.description)
        case .duration(let nanoseconds): return .string(DurationText.format(nanoseconds))
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw EvaluationError(.conversion(from: "bytes", to: "string"))
            }
            try context.build(bytes.count)
            return .string(text)
        default: break
        }
        throw .noOverload("string", value)
    }

    private static func timestamp(
        _ value: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        switch value {
        case .timestamp: return value
        case .int(let seconds):
            guard let timestamp = Timestamp(seconds: seconds) else {
                throw refuse(value, "timestamp")
            }
            return .timestamp(timestamp)
        default:
            guard let text = value.asString else { throw .noOverload("timestamp", value) }
            guard let timestamp = Timestamp(text) else { throw refuse(value, "timestamp") }
            return .timestamp(timestamp)
        }
    }

    private static func duration(
        _ value: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        if case .duration = value { return value }
        guard let text = value.asString else { throw .noOverload("duration", value) }
        guard let nanoseconds = DurationText.parse(text) else { throw refuse(value, "duration") }
        return .duration(nanoseconds)
    }
}
