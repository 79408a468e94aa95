import JSON
import Referrals
import Rules

/// One JSON text being read, and the mistakes found in it so far. A class, because every reader below
/// the root adds to the same list; it never leaves the call that made it.
final class Reading {
    /// What a person may take in. More are counted.
    static let mostKept = 1000

    /// A mistake at a place in the text: a value, a member's name, or a member that is not there.
    struct Note {
        var range: Range<Int>
        var absent: String?
        var fault: Fault
    }

    /// An expression that can be used.
    struct Expression {
        let range: Range<Int>
        let program: Program
        /// Of a campaign's condition or review; nil for a mapping's.
        let campaign: CampaignOfExpression?
    }

    enum CampaignOfExpression: Equatable { case unnumbered, numbered(ID<Campaign>) }

    let file: String
    let document: Document
    /// Not for what is stored: it was checked when it was, and must be readable for ever. Nor are its
    /// currencies looked up.
    let checksExpressions: Bool
    let zones: Zones
    /// Whether to keep what is only probably wrong, and what each expression costs.
    let isLinting: Bool
    private(set) var doubts: [Note] = []
    private(set) var expressions: [Expression] = []
    private(set) var notes: [Note] = []
    private(set) var count = 0
    /// Where secrets stand, and what nobody asked for and may be one.
    private(set) var concealed: [Range<Int>] = []

    init(
        _ document: Document, file: String, checksExpressions: Bool = true, zones: Zones = .none,
        isLinting: Bool = false
    ) {
        self.zones = zones
        self.isLinting = isLinting
        self.checksExpressions = checksExpressions
        self.document = document
        self.file = file
    }

    func note(_ fault: Fault, at range: Range<Int>, absent: String? = nil) {
        count += 1
        guard notes.count < Self.mostKept else { return }
        notes.append(Note(range: range, absent: absent, fault: fault))
    }

    /// Notes what is allowed and probably not meant.
    func doubt(_ words: String, at range: Range<Int>) {
        guard doubts.count < Self.mostKept else { return }
        doubts.append(Note(range: range, fault: .doubt(words)))
    }

    func found(_ expression: Expression) { expressions.append(expression) }

    /// At a list or an object only its bracket is marked.
    func note(_ fault: Fault, at value: JSON.Value) {
        let isContainer = value.kind == .array || value.kind == .object
        let start = value.range.lowerBound
        note(fault, at: isContainer ? start..<start + 1 : value.range)
    }

    /// Keeps a value out of every excerpt.
    func conceal(_ range: Range<Int>) { concealed.append(range) }

    /// Where a value stands, for another mistake to point at.
    func line(of value: JSON.Value) -> Fault.Line {
        Fault.Line(file: file, number: value.position.line)
    }

    /// The mistakes in the order in which they stand.
    func mistakes() -> Mistakes {
        let list = shown(notes)
        return Mistakes(list, omitted: count - list.count)
    }

    /// The notes as they are told, in the order in which they stand.
    func shown(_ notes: [Note]) -> [Mistake] {
        guard !notes.isEmpty else { return [] }
        // Sorting keeps the order of notes at one place only with their numbers.
        let sorted = notes.enumerated().sorted { left, right in
            (left.element.range.lowerBound, left.offset)
                < (right.element.range.lowerBound, right.offset)
        }.map(\.element)
        var pointers = Pointers(to: sorted)
        pointers.visit(document.root, "")
        let hidden = concealed + secretPlaces(in: document.root)
        var lines = Lines(of: document.bytes, hiding: hidden)
        var list: [Mistake] = []
        for (note, pointer) in zip(sorted, pointers.found) {
            let place = lines.place(of: note.range)
            list.append(
                Mistake(
                    file: file, line: place.line, column: place.column,
                    pointer: note.absent.map { "\(pointer)/\(escaped($0))" } ?? pointer,
                    fault: note.fault, excerpt: place.excerpt))
        }
        return list
    }
}

extension Mistakes {
    /// A text that is no JSON has one mistake: what follows it can't be read.
    static func notJSON(_ error: ParseError, _ bytes: [UInt8], file: String) -> Mistakes {
        var lines = Lines(of: bytes, hiding: longStrings(near: error.offset, in: bytes))
        let place = lines.place(of: error.offset..<min(error.offset + 1, bytes.count))
        return Mistakes([
            Mistake(
                file: file, line: error.line, column: error.column, pointer: "",
                fault: .notJSON(error.reason), excerpt: place.excerpt)
        ])
    }
}

/// The members whose values are secrets wherever they stand.
private let secretNames = ["secret", "secrets", "credentials", "headers"]

private func secretPlaces(in value: JSON.Value) -> [Range<Int>] {
    var places: [Range<Int>] = []
    func visit(_ value: JSON.Value) {
        for (key, member) in value.members {
            if secretNames.contains(where: { key.equals($0) }) {
                strings(of: member) { places.append($0) }
            } else {
                visit(member)
            }
        }
        for element in value.elements where element.count > 0 { visit(element) }
    }
    visit(value)
    return places
}

/// The text values in and below a value; a list keeps its brackets.
private func strings(of value: JSON.Value, _ body: (Range<Int>) -> Void) {
    if value.kind == .string { body(value.range) }
    for (_, member) in value.members { strings(of: member, body) }
    for element in value.elements { strings(of: element, body) }
}

/// Texts on the line of an offset that are long enough to be secrets; a text that can't be parsed has no
/// members whose names would tell.
private func longStrings(near offset: Int, in bytes: [UInt8]) -> [Range<Int>] {
    var start = min(offset, bytes.count)
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    var places: [Range<Int>] = []
    var index = start
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
        guard bytes[index] == UInt8(ascii: "\"") else {
            index += 1
            continue
        }
        let opening = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n"),
            bytes[index] != UInt8(ascii: "\"")
        { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        let end = min(index + 1, bytes.count)
        if end - opening >= 16 { places.append(opening..<end) }
        index = end
    }
    return places
}
