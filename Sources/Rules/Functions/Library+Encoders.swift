/// The encoders extension: base64 (RFC 4648 section 4), read with or without padding.
extension Library {
    static let encoders: [Function] = [
        Function(
            "base64.encode", [.function([.bytes], .string)], cost: .scan([0]),
            one: { value, context throws(EvaluationError) in
                guard case .bytes(let bytes) = value else {
                    throw .noOverload("base64.encode", value)
                }
                try context.build((bytes.count + 2) / 3 * 4)
                return .string(base64(bytes))
            }),
        Function(
            "base64.decode", [.function([.string], .bytes)], cost: .scan([0]), size: .same(0),
            one: { value, context throws(EvaluationError) in
                guard let text = value.asString else { throw .noOverload("base64.decode", value) }
                try context.build(text.utf8.count)
                guard let bytes = bytes(base64: text) else {
                    throw EvaluationError(
                        .invalidArgument(function: "base64.decode", problem: "no base64"))
                }
                return .bytes(bytes)
            }),
    ]

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for index in 0..<3 {
                bits = bits << 8 | (index < group.count ? UInt32(group[start + index]) : 0)
            }
            for index in 0..<4 {
                let digit = Int(bits >> UInt32(18 - 6 * index) & 0x3F)
                text.append(index <= group.count ? alphabet[digit] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(base64 text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        if digits.count % 4 == 0 {
            if digits.last == UInt8(ascii: "=") { digits.removeLast() }
            if digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // The remaining bits belong to no byte and must be zero.
        return bits & (1 << UInt32(count) - 1) == 0 ? bytes : nil
    }
}
