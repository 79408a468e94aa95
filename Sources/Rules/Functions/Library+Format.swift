/// `"%s: %.2f".format([name, amount])`
extension Library {
    static let formats: [Function] = [
        Function(
            "format", [.method([.string, .list(.dyn)], .string)], cost: .format,
            two: { pattern, arguments, context throws(EvaluationError) in
                guard let text = pattern.asString, let values = arguments.asList else {
                    throw .noOverload("format", pattern, arguments)
                }
                var formatter = Formatter(pattern: Array(text.utf8), arguments: values)
                return try formatter.format(&context)
            })
    ]
}

/// Formats a pattern by replacing its clauses by arguments.
private struct Formatter {
    let pattern: [UInt8]
    let arguments: [Value]
    private var position = 0
    private var nextArgument = 0
    private var builder = TextBuilder()

    private static let defaultDecimals = 6
    private static let maximumDecimals = 400

    init(pattern: [UInt8], arguments: [Value]) {
        self.pattern = pattern
        self.arguments = arguments
    }

    mutating func format(_ context: inout Context) throws(EvaluationError) -> Value {
        while position < pattern.count {
            let literal = pattern[position...].prefix { $0 != UInt8(ascii: "%") }
            try builder.append(literal, &context)
            position += literal.count
            guard position < pattern.count else { break }
            position += 1
            if peek() == UInt8(ascii: "%") {
                position += 1
                try builder.append("%", &context)
            } else {
                try formatClause(&context)
            }
        }
        return builder.value
    }

    private func refuse(_ problem: String) -> EvaluationError {
        EvaluationError(.invalidArgument(function: "format", problem: problem))
    }

    private func peek() -> UInt8? { position < pattern.count ? pattern[position] : nil }

    private mutating func decimals() throws(EvaluationError) -> Int? {
        guard peek() == UInt8(ascii: ".") else { return nil }
        position += 1
        let digits = pattern[position...].prefix(4).prefix(while: \.isDigit)
        position += digits.count
        guard let count = Int(String(decoding: digits, as: UTF8.self)),
            count <= Formatter.maximumDecimals
        else { throw refuse("bad precision") }
        return count
    }

    private mutating func formatClause(_ context: inout Context) throws(EvaluationError) {
        let decimals = try decimals()
        guard let letter = peek() else { throw refuse("unexpected end of the pattern") }
        position += 1
        guard "sdfexXob".utf8.contains(letter) else {
            throw refuse("unrecognized formatting clause '\(Unicode.Scalar(letter))'")
        }
        guard nextArgument < arguments.count else {
            throw refuse("index \(nextArgument) out of range")
        }
        let argument = arguments[nextArgument].scalar
        nextArgument += 1
        if letter == UInt8(ascii: "s") { return try append(argument, &context) }
        guard let text = text(of: argument, letter, decimals) else {
            throw refuse(
                "%\(Unicode.Scalar(letter)) does not take values of type "
                    + argument.typeName.name)
        }
        try builder.append(text, &context)
    }

    private func text(of value: Value, _ letter: UInt8, _ decimals: Int?) -> String? {
        if case .double(let double) = value, !double.isFinite, "dfe".utf8.contains(letter) {
            return DoubleText.plain(double)
        }
        switch letter {
        case UInt8(ascii: "d"): return integer(value, radix: 10)
        case UInt8(ascii: "o"): return integer(value, radix: 8)
        case UInt8(ascii: "b"):
            if case .bool(let bool) = value { return bool ? "1" : "0" }
            return integer(value, radix: 2)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            let isUpper = letter == UInt8(ascii: "X")
            if let text = value.asString { return hex(text.utf8, isUpper) }
            if case .bytes(let bytes) = value { return hex(bytes, isUpper) }
            return integer(value, radix: 16, uppercase: isUpper)
        case UInt8(ascii: "f"):
            return number(value).map {
                DoubleText.fixed($0, decimals: decimals ?? Formatter.defaultDecimals)
            }
        default:
            return number(value).map {
                DoubleText.scientific($0, decimals: decimals ?? Formatter.defaultDecimals)
            }
        }
    }

    private func integer(_ value: Value, radix: Int, uppercase: Bool = false) -> String? {
        switch value {
        case .int(let int): String(int, radix: radix, uppercase: uppercase)
        case .uint(let uint): String(uint, radix: radix, uppercase: uppercase)
        default: nil
        }
    }

    private func number(_ value: Value) -> Double? {
        switch value {
        case .int(let int): Double(int)
        case .uint(let uint): Double(uint)
        case .double(let double): double
        default: nil
        }
    }

    private func hex(_ bytes: some Sequence<UInt8>, _ isUpper: Bool) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16, uppercase: isUpper)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// `%s`: any value in readable form; the entries of maps in the order of their keys.
    private mutating func append(
        _ value: Value, _ context: inout Context
    ) throws(EvaluationError) {
        switch value.scalar {
        case .double(let double): try builder.append(DoubleText.plain(double), &context)
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw refuse("bytes that are not UTF-8")
            }
            try builder.append(text, &context)
        case let plain where plain.isList: try appendList(plain, &context)
        case let plain where plain.isMap: try appendMap(plain, &context)
        case let plain:
            if let text = plain.asString { return try builder.append(text, &context) }
            if case .optional = plain { throw refuse("%s does not take optionals") }
            try builder.append(plain.shown, &context)
        }
    }

    private mutating func appendList(
        _ list: Value, _ context: inout Context
    ) throws(EvaluationError) {
        try builder.append("[", &context)
        var elements = list.elements
        var isFirst = true
        while let element = elements.next() {
            if !isFirst { try builder.append(", ", &context) }
            isFirst = false
            try context.spend(2 + element.readingCost)
            try append(element, &context)
        }
        try builder.append("]", &context)
    }

    private mutating func appendMap(
        _ map: Value, _ context: inout Context
    ) throws(EvaluationError) {
        // They are collected and sorted before any is written.
        try context.spend(saturatingMultiply(6, map.elementCount))
        var keyed: [(text: String, value: Value)] = []
        var entries = map.entries
        while let (key, value) = entries.next() {
            keyed.append((key.asString ?? key.shown, value))
        }
        keyed.sort { isLess($0.text.utf8.span, $1.text.utf8.span) }
        try builder.append("{", &context)
        for (position, (text, value)) in keyed.enumerated() {
            if position > 0 { try builder.append(", ", &context) }
            try builder.append(text + ": ", &context)
            try append(value, &context)
        }
        try builder.append("}", &context)
    }
}
