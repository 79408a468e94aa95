/// A pattern in RE2's syntax, matched in time linear in the text.
///
/// There is no backtracking (and so no back-reference and no look-around): all ways a match could go
/// are followed at once, as in Pike's and Thompson's machines (R. Cox, "Regular Expression Matching:
/// the Virtual Machine Approach"). A rule only asks whether there is a match, so nothing is captured.
struct Regex: Sendable {
    /// How many instructions a pattern may come to.
    static let maximumSize = 2048

    private let program: [Instruction]

    enum Instruction: Equatable, Sendable {
        case character(UInt32)
        /// Sorted, apart from each other.
        case set([ClosedRange<UInt32>])
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Equatable, Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    init(_ pattern: String) throws(RegexError) {
        var parser = RegexParser(pattern)
        program = try RegexCompiler.compile(try parser.parse())
    }

    /// Instructions: what the cost of matching grows with.
    var size: Int { program.count }

    func matches(_ text: [UInt8]) -> Bool { matches(text.span) }

    /// Whether the pattern matches anywhere in the text, which must be UTF-8.
    func matches(_ text: Span<UInt8>) -> Bool {
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        var offset = 0
        var previous: UInt32?
        while true {
            let (scalar, length) = decode(text, at: offset)
            let place = Place(previous: previous, next: scalar)
            if add(0, to: &current, at: place) { return true }
            guard let scalar else { return false }
            let following = Place(
                previous: scalar, next: decode(text, at: offset + length).scalar)
            for index in 0..<current.count
            where accepts(program[current.list[index]], scalar) {
                if add(current.list[index] + 1, to: &next, at: following) { return true }
            }
            swap(&current, &next)
            next.clear()
            previous = scalar
            offset += length
        }
    }

    private func accepts(_ instruction: Instruction, _ scalar: UInt32) -> Bool {
        switch instruction {
        case .character(let wanted): wanted == scalar
        case .set(let ranges): contains(ranges, scalar)
        default: false
        }
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

    /// Adds what can be reached without reading; true if that is a match.
    private func add(_ start: Int, to threads: inout Threads, at place: Place) -> Bool {
        var pending = [start]
        while let index = pending.popLast() {
            guard threads.visit(index) else { continue }
            switch program[index] {
            case .match: return true
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assert(let assertion):
                if place.holds(assertion) { pending.append(index + 1) }
            case .character, .set: threads.append(index)
            }
        }
        return false
    }

    private func decode(_ text: Span<UInt8>, at offset: Int) -> (scalar: UInt32?, length: Int) {
        guard offset < text.count else { return (nil, 0) }
        let first = text[offset]
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard length > 1, offset + length <= text.count else { return (UInt32(first), 1) }
        var scalar = UInt32(first) & (0x7F >> UInt32(length))
        for index in 1..<length { scalar = scalar << 6 | UInt32(text[offset + index] & 0x3F) }
        return (scalar, length)
    }

    /// The instructions waiting for a character, and those seen at this place.
    private struct Threads {
        private(set) var list: [Int] = []
        private var seen: [Int]
        private var generation = 1

        init(count: Int) { seen = Array(repeating: 0, count: count) }

        var count: Int { list.count }

        mutating func visit(_ index: Int) -> Bool {
            guard seen[index] != generation else { return false }
            seen[index] = generation
            return true
        }

        mutating func append(_ index: Int) { list.append(index) }

        mutating func clear() {
            list.removeAll(keepingCapacity: true)
            generation += 1
        }
    }

    /// A place between two characters.
    private struct Place {
        let previous: UInt32?
        let next: UInt32?

        func holds(_ assertion: Assertion) -> Bool {
            switch assertion {
            case .textStart: previous == nil
            case .textEnd: next == nil
            case .lineStart: previous == nil || previous == 0x0A
            case .lineEnd: next == nil || next == 0x0A
            case .wordBoundary: isWord(previous) != isWord(next)
            case .noWordBoundary: isWord(previous) == isWord(next)
            }
        }

        private func isWord(_ scalar: UInt32?) -> Bool {
            guard let scalar, let byte = UInt8(exactly: scalar) else { return false }
            return byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_")
        }
    }
}

/// Why a text is no pattern.
enum RegexError: Error, Equatable {
    case unexpectedEnd
    case missingParenthesis
    case unexpectedParenthesis
    case missingBracket
    case nothingToRepeat
    case badRepeat(String)
    case badRange(String)
    case badEscape(String)
    case badGroup(String)
    case backReference
    case lookAround
    case unknownClass(String)
    case tooLarge(limit: Int)
    case tooDeep(limit: Int)
}

extension RegexError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unexpectedEnd: "it ends too early"
        case .missingParenthesis: "a ( is not closed"
        case .unexpectedParenthesis: "a ) closes nothing"
        case .missingBracket: "a [ is not closed"
        case .nothingToRepeat: "a repetition repeats nothing"
        case .badRepeat(let text): "bad repetition \(text)"
        case .badRange(let text): "bad range \(text)"
        case .badEscape(let text): "bad escape \(text)"
        case .badGroup(let text): "bad group \(text)"
        case .backReference: "back-references are not part of RE2's syntax"
        case .lookAround: "look-around is not part of RE2's syntax"
        case .unknownClass(let name): "unknown class \(name)"
        case .tooLarge(let limit): "it comes to more than \(limit) instructions"
        case .tooDeep(let limit): "it is nested deeper than \(limit) levels"
        }
    }
}
