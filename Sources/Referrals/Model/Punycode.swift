/// The encoding of a Unicode domain label in ASCII (RFC 3492), without the prefix `xn--`.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26
    private static let skew = 38
    private static let damp = 700
    private static let initialBias = 72
    private static let initialCode = 128

    /// Returns nil if the text is not Punycode, or encodes a number that is not a Unicode scalar.
    static func decode(_ text: some StringProtocol) -> [Unicode.Scalar]? {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        let hyphen = bytes.lastIndex(of: UInt8(ascii: "-"))
        var output = bytes[..<(hyphen ?? 0)].map { Unicode.Scalar($0) }
        var rest = bytes[(hyphen.map { $0 + 1 } ?? 0)...]
        var code = initialCode
        var bias = initialBias
        var position = 0
        while !rest.isEmpty {
            let before = position
            guard let step = readNumber(&rest, bias) else { return nil }
            let (sum, overflow) = position.addingReportingOverflow(step)
            guard !overflow else { return nil }
            let count = output.count + 1
            bias = adapt(sum - before, count, isFirst: before == 0)
            code += sum / count
            position = sum % count
            guard code <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
            output.insert(scalar, at: position)
            position += 1
        }
        return output
    }

    /// Returns nil if a number overflows, which cannot happen for a label of a domain.
    static func encode(_ scalars: [Unicode.Scalar]) -> String? {
        var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
        let plain = output.count
        var done = plain
        if plain > 0 { output.append(UInt8(ascii: "-")) }
        var code = initialCode
        var bias = initialBias
        var delta = 0
        while done < scalars.count {
            guard let next = scalars.lazy.map({ Int($0.value) }).filter({ $0 >= code }).min()
            else { return nil }
            let (product, overflow) = (next - code).multipliedReportingOverflow(by: done + 1)
            guard !overflow else { return nil }
            delta += product
            code = next
            for scalar in scalars {
                if scalar.value < code { delta += 1 }
                guard scalar.value == code else { continue }
                writeNumber(delta, bias, to: &output)
                bias = adapt(delta, done + 1, isFirst: done == plain)
                delta = 0
                done += 1
            }
            delta += 1
            code += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func threshold(_ place: Int, _ bias: Int) -> Int {
        min(max(place - bias, tMin), tMax)
    }

    /// Reads one variable-length number; returns nil if it is unfinished, overflows or has an
    /// invalid character.
    private static func readNumber(_ rest: inout ArraySlice<UInt8>, _ bias: Int) -> Int? {
        var value = 0
        var weight = 1
        var place = base
        while let byte = rest.popFirst() {
            guard let digit = digit(byte) else { return nil }
            let (product, tooLarge) = digit.multipliedReportingOverflow(by: weight)
            let (sum, overflow) = value.addingReportingOverflow(product)
            guard !tooLarge, !overflow else { return nil }
            value = sum
            let threshold = threshold(place, bias)
            if digit < threshold { return value }
            let (next, isTooLarge) = weight.multipliedReportingOverflow(by: base - threshold)
            guard !isTooLarge else { return nil }
            weight = next
            place += base
        }
        return nil
    }

    private static func writeNumber(_ number: Int, _ bias: Int, to output: inout [UInt8]) {
        var rest = number
        var place = base
        while true {
            let threshold = threshold(place, bias)
            guard rest >= threshold else { break }
            let digit = threshold + (rest - threshold) % (base - threshold)
            output.append(letter(digit))
            rest = (rest - threshold) / (base - threshold)
            place += base
        }
        output.append(letter(rest))
    }

    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var place = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            place += base
        }
        return place + (base - tMin + 1) * delta / (delta + skew)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30 + 26
        case 0x41...0x5A: Int(byte) - 0x41
        case 0x61...0x7A: Int(byte) - 0x61
        default: nil
        }
    }

    private static func letter(_ digit: Int) -> UInt8 {
        UInt8(digit < 26 ? digit + 0x61 : digit - 26 + 0x30)
    }
}
