import JSON

/// Finds the JSON pointers (RFC 6901) of several places in one pass over the text.
struct Pointers {
    private let notes: [DocumentReading.Note]
    /// One pointer for each note, in the order of the notes, which is that of their places.
    private(set) var found: [String] = []

    init(to notes: [DocumentReading.Note]) {
        self.notes = notes
    }

    private var next: Int? {
        found.count < notes.count ? notes[found.count].range.lowerBound : nil
    }

    mutating func visit(_ value: Value, _ pointer: String) {
        take(upTo: value.range.lowerBound + 1, pointer)
        for (key, member) in value.members {
            guard let next, next < value.range.upperBound else { return }
            guard next < member.range.upperBound else { continue }
            let path = "\(pointer)/\(escaped(key.string))"
            take(upTo: key.range.upperBound, path)
            visit(member, path)
        }
        for (index, element) in value.elements.enumerated() {
            guard let next, next < value.range.upperBound else { return }
            guard next < element.range.upperBound else { continue }
            visit(element, "\(pointer)/\(index)")
        }
        take(upTo: value.range.upperBound, pointer)
    }

    private mutating func take(upTo end: Int, _ pointer: String) {
        while let next, next < end { found.append(pointer) }
    }
}

/// Escapes a name (RFC 6901 section 3): ~ becomes ~0 and / becomes ~1.
package func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
        return name
    }
    var bytes: [UInt8] = []
    for byte in name.utf8 {
        switch byte {
        case UInt8(ascii: "~"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "0")]
        case UInt8(ascii: "/"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "1")]
        default: bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
