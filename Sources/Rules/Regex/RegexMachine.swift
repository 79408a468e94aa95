/// A pattern's instructions in executable form: plain numbers, with a bit for each ASCII character
/// of a set.
struct RegexMachine: Sendable {
    enum Kind: UInt8 { case character, set, split, jump, assert, match }

    struct Code: Sendable {
        var kind: Kind
        /// The character, the index of the set, the first target, or the assertion.
        var first: Int = 0
        var second: Int = 0
    }

    let codes: [Code]
    /// Two words for each set, with a bit for each ASCII character in it.
    private let ascii: [UInt64]
    private let sets: [[ClosedRange<UInt32>]]
    /// True if a match can only begin at the start of the text.
    let isAnchored: Bool
    /// The bytes that a match can begin with; empty if it may be without a character, or depends on
    /// its place.
    let starts: [Bool]

    init(_ program: [Regex.Instruction]) {
        var codes: [Code] = []
        var sets: [[ClosedRange<UInt32>]] = []
        for instruction in program {
            switch instruction {
            case .character(let scalar): codes.append(Code(kind: .character, first: Int(scalar)))
            case .set(let ranges):
                codes.append(Code(kind: .set, first: sets.count))
                sets.append(ranges)
            case .split(let one, let other):
                codes.append(Code(kind: .split, first: one, second: other))
            case .jump(let target): codes.append(Code(kind: .jump, first: target))
            case .assert(let assertion):
                codes.append(Code(kind: .assert, first: assertion.rawValue))
            case .match: codes.append(Code(kind: .match))
            }
        }
        self.codes = codes
        self.sets = sets
        ascii = sets.flatMap { [Self.bits(of: $0, from: 0), Self.bits(of: $0, from: 64)] }
        isAnchored = program.first == .assert(.textStart)
        starts = Self.starts(of: program)
    }

    private static func bits(of ranges: [ClosedRange<UInt32>], from first: UInt32) -> UInt64 {
        var bits: UInt64 = 0
        for bit in 0..<UInt32(64) where ranges.contains(where: { $0.contains(first + bit) }) {
            bits |= 1 << UInt64(bit)
        }
        return bits
    }

    private static func starts(of program: [Regex.Instruction]) -> [Bool] {
        var starts = Array(repeating: false, count: 256)
        var seen: Set<Int> = []
        var pending = [0]
        while let index = pending.popLast() {
            guard seen.insert(index).inserted else { continue }
            switch program[index] {
            case .match, .assert: return []
            case .jump(let target): pending.append(target)
            case .split(let one, let other): pending += [one, other]
            case .character(let scalar): mark(scalar...scalar, &starts)
            case .set(let ranges): for range in ranges { mark(range, &starts) }
            }
        }
        return starts
    }

    /// Marks every byte that may be the first of a character beyond ASCII.
    private static func mark(_ range: ClosedRange<UInt32>, _ starts: inout [Bool]) {
        if range.lowerBound < 0x80 {
            for scalar in range.lowerBound...min(range.upperBound, 0x7F) {
                starts[Int(scalar)] = true
            }
        }
        if range.upperBound >= 0x80 { for byte in 0xC0...0xFF { starts[byte] = true } }
    }

    @inline(__always)
    func accepts(_ code: Code, _ scalar: UInt32) -> Bool {
        guard code.kind == .set else { return code.first == Int(scalar) }
        if scalar < 128 {
            return ascii[code.first * 2 + Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 != 0
        }
        return contains(sets[code.first], scalar)
    }

    private func contains(_ ranges: [ClosedRange<UInt32>], _ scalar: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }
}
