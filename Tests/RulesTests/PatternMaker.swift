import TestSupport

/// Makes regular expressions from a seed, as trees that can be matched in the plainest way there is.
struct PatternMaker {
    private var random: Seeded

    init(seed: UInt64) { random = Seeded(seed) }

    mutating func pattern(depth: Int = 4) -> Pattern {
        guard depth > 0, !chance(15) else { return leaf() }
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1: return .sequence(parts(depth))
        case 2: return .choice(parts(depth))
        case 3:
            let least = Int.random(in: 0..<3, using: &random)
            let most = chance(40) ? nil : least + Int.random(in: 0..<3, using: &random)
            return .repeated(pattern(depth: depth - 1), least, most, isLazy: chance(25))
        default: return leaf()
        }
    }

    mutating func text() -> String {
        let letters: [Character] = ["a", "b", "c", "é", "\n", "_", " ", "🐱"]
        let length = Int.random(in: 0..<12, using: &random)
        return String((0..<length).map { _ in letters.randomElement(using: &random) ?? "a" })
    }

    private mutating func parts(_ depth: Int) -> [Pattern] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in pattern(depth: depth - 1) }
    }

    private mutating func leaf() -> Pattern {
        let assertions: [Pattern.Assertion] = [.start, .end, .word, .noWord]
        let sets = ["ab", "c", "é🐱", "a\n", "_b"]
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .any
        case 1: return .assert(assertions.randomElement(using: &random) ?? .start)
        case 2, 3:
            return .set(
                Array((sets.randomElement(using: &random) ?? "a").unicodeScalars),
                isNegated: chance(30))
        default: return .letter(["a", "b", "c", "é"].randomElement(using: &random) ?? "a")
        }
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }
}

/// A regular expression as a tree.
indirect enum Pattern {
    enum Assertion: String { case start = "^", end = "$", word = "\\b", noWord = "\\B" }

    case letter(Unicode.Scalar)
    case any
    case set([Unicode.Scalar], isNegated: Bool)
    case assert(Assertion)
    case sequence([Pattern])
    case choice([Pattern])
    case repeated(Pattern, Int, Int?, isLazy: Bool)

    /// In RE2's syntax.
    var text: String {
        switch self {
        case .letter(let letter): String(letter)
        case .any: "."
        case .set(let letters, let isNegated):
            "[\(isNegated ? "^" : "")\(String(String.UnicodeScalarView(letters)))]"
        case .assert(let assertion): assertion.rawValue
        case .sequence(let parts): parts.map { "(?:\($0.text))" }.joined()
        case .choice(let parts): "(" + parts.map(\.text).joined(separator: "|") + ")"
        case .repeated(let part, let least, let most, let isLazy):
            "(?:\(part.text)){\(least),\(most.map(String.init) ?? "")}\(isLazy ? "?" : "")"
        }
    }

    /// True if the pattern matches anywhere; tries every path from every position.
    func matches(_ text: [Unicode.Scalar]) -> Bool {
        text.indices.contains { !ends(from: [$0], in: text).isEmpty }
            || !ends(from: [text.count], in: text).isEmpty
    }

    /// All places where a match that begins at one of these may end.
    private func ends(from starts: Set<Int>, in text: [Unicode.Scalar]) -> Set<Int> {
        switch self {
        case .letter(let letter): return step(starts, text) { $0 == letter }
        case .any: return step(starts, text) { $0 != "\n" }
        case .set(let letters, let isNegated):
            return step(starts, text) { letters.contains($0) != isNegated }
        case .assert(let assertion): return starts.filter { holds(assertion, at: $0, in: text) }
        case .sequence(let parts): return parts.reduce(starts) { $1.ends(from: $0, in: text) }
        case .choice(let parts):
            return parts.reduce(into: []) { $0.formUnion($1.ends(from: starts, in: text)) }
        case .repeated(let part, let least, let most, _):
            var current = (0..<least).reduce(starts) { ends, _ in part.ends(from: ends, in: text) }
            var all = current
            var rounds = 0
            while !current.isEmpty, most.map({ rounds < $0 - least }) ?? true {
                current = part.ends(from: current, in: text).subtracting(all)
                all.formUnion(current)
                rounds += 1
            }
            return all
        }
    }

    private func step(
        _ starts: Set<Int>, _ text: [Unicode.Scalar], _ isWanted: (Unicode.Scalar) -> Bool
    ) -> Set<Int> {
        Set(starts.filter { $0 < text.count && isWanted(text[$0]) }.map { $0 + 1 })
    }

    private func holds(_ assertion: Assertion, at place: Int, in text: [Unicode.Scalar]) -> Bool {
        func isWord(_ place: Int) -> Bool {
            guard text.indices.contains(place), text[place].isASCII else { return false }
            return text[place] == "_" || text[place].properties.isAlphabetic
        }
        switch assertion {
        case .start: return place == 0
        case .end: return place == text.count
        case .word: return isWord(place - 1) != isWord(place)
        case .noWord: return isWord(place - 1) == isWord(place)
        }
    }
}
