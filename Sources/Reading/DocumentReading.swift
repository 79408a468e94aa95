import JSON

/// A JSON document that is being read, with the mistakes found so far. A class, because all readers
/// below the root add to the same list; it never leaves the call that created it.
package final class DocumentReading {
    /// The number of mistakes that are kept. Further mistakes are only counted.
    package static let mostKept = 1000

    /// A mistake and its place in the text: a value, a member's name, or the place of a missing
    /// member.
    package struct Note {
        /// The place in the text, in bytes.
        package var range: Range<Int>
        /// The name of the missing member, if the mistake is a missing member.
        package var absent: String?
        /// The mistake.
        package var fault: Fault

        /// Creates a note.
        package init(range: Range<Int>, absent: String? = nil, fault: Fault) {
            self.range = range
            self.absent = absent
            self.fault = fault
        }
    }

    /// The name of the file in mistakes.
    package let file: String
    /// The parsed document.
    package let document: Document
    /// True for a document read from storage. It was checked before it was stored and must stay
    /// readable, so its expressions are not compiled and its currencies are not looked up.
    package let isStored: Bool
    /// The warnings found so far, in the order of their discovery.
    package private(set) var doubts: [Note] = []
    /// The mistakes found so far, in the order of their discovery; at most `mostKept`.
    package private(set) var notes: [Note] = []
    /// The number of mistakes found so far.
    package private(set) var count = 0
    /// The places of secrets, and of unknown members that may contain one.
    private(set) var concealed: [Range<Int>] = []

    /// Begins to read a document.
    package init(_ document: Document, file: String, isStored: Bool = false) {
        self.document = document
        self.file = file
        self.isStored = isStored
    }

    /// Notes a mistake at a place. `absent` names the missing member, if that is the mistake.
    package func note(_ fault: Fault, at range: Range<Int>, absent: String? = nil) {
        count += 1
        guard notes.count < Self.mostKept else { return }
        notes.append(Note(range: range, absent: absent, fault: fault))
    }

    /// Notes a warning about something allowed that is probably unintended.
    package func doubt(_ words: String, at range: Range<Int>) {
        guard doubts.count < Self.mostKept else { return }
        doubts.append(Note(range: range, fault: .doubt(words)))
    }

    /// Notes a mistake at a value; of a list or an object only the opening bracket is marked.
    package func note(_ fault: Fault, at value: JSON.Value) {
        let isContainer = value.kind == .array || value.kind == .object
        let start = value.range.lowerBound
        note(fault, at: isContainer ? start..<start + 1 : value.range)
    }

    /// Hides a part of the text in all excerpts.
    func conceal(_ range: Range<Int>) { concealed.append(range) }

    /// The line of a value, to which another mistake can refer.
    package func line(of value: JSON.Value) -> Fault.Line {
        Fault.Line(file: file, number: value.position.line)
    }

    /// Returns all mistakes in the order of their places.
    package func mistakes() -> Mistakes {
        let list = shown(notes)
        return Mistakes(list, omitted: count - list.count)
    }

    /// Returns notes as mistakes, in the order of their places.
    package func shown(_ notes: [Note]) -> [Mistake] {
        guard !notes.isEmpty else { return [] }
        // The index keeps the order of notes at the same place.
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
    /// A text that is not JSON has one mistake: the text after it cannot be read.
    package static func notJSON(_ error: ParseError, _ bytes: [UInt8], file: String) -> Mistakes {
        var lines = Lines(of: bytes, hiding: longStrings(near: error.offset, in: bytes))
        let place = lines.place(of: error.offset..<min(error.offset + 1, bytes.count))
        return Mistakes([
            Mistake(
                file: file, line: error.line, column: error.column, pointer: "",
                fault: .notJSON(error.reason), excerpt: place.excerpt)
        ])
    }
}

/// The members whose values are secrets in any object.
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

/// Calls `body` for every text in and below a value; the brackets of a list stay visible.
private func strings(of value: JSON.Value, _ body: (Range<Int>) -> Void) {
    if value.kind == .string { body(value.range) }
    for (_, member) in value.members { strings(of: member, body) }
    for element in value.elements { strings(of: element, body) }
}

/// Returns the texts on the line of an offset that are long enough to be secrets. A text that
/// cannot be parsed has no member names that would identify secrets.
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
