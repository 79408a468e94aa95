/// A pattern in RE2's syntax, matched in time linear in the text.
///
/// There is no backtracking (and so no back-reference and no look-around): all possible matches are
/// followed at once, as in Pike's and Thompson's machines (R. Cox, "Regular Expression Matching:
/// the Virtual Machine Approach"). A rule only asks if there is a match, so nothing is captured.
struct Regex: Sendable {
    /// The most instructions of a pattern.
    static let maximumSize = 2048

    let program: [Instruction]
    let machine: RegexMachine

    enum Instruction: Equatable, Sendable {
        case character(UInt32)
        /// Sorted and disjoint.
        case set([ClosedRange<UInt32>])
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Int, Equatable, Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    init(_ pattern: String) throws(RegexError) {
        var parser = RegexParser(pattern)
        program = try RegexCompiler.compile(try parser.parse())
        machine = RegexMachine(program)
    }

    /// The number of instructions, to which the cost of matching is proportional.
    var size: Int { program.count }

    /// True if the pattern matches anywhere in the text, which must be UTF-8.
    func matches(_ text: [UInt8]) -> Bool {
        var steps = Int.max
        return matches(text.span, steps: &steps) ?? false
    }

    /// True if the pattern matches; nil if the search takes more steps than are left. The same
    /// pattern and text take the same steps on any machine.
    func matches(_ text: Span<UInt8>, steps: inout Int) -> Bool? {
        var run = RegexRun(machine)
        return run.matches(text, steps: &steps)
    }
}

/// The reason why a text is not a valid pattern.
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
        case .unexpectedParenthesis: "a ) has no matching ("
        case .missingBracket: "a [ is not closed"
        case .nothingToRepeat: "a repetition has nothing to repeat"
        case .badRepeat(let text): "bad repetition \(text)"
        case .badRange(let text): "bad range \(text)"
        case .badEscape(let text): "bad escape \(text)"
        case .badGroup(let text): "bad group \(text)"
        case .backReference: "back-references are not part of RE2's syntax"
        case .lookAround: "look-around is not part of RE2's syntax"
        case .unknownClass(let name): "unknown class \(name)"
        case .tooLarge(let limit): "it compiles to more than \(limit) instructions"
        case .tooDeep(let limit): "it is nested deeper than \(limit) levels"
        }
    }
}
