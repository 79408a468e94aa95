/// One value or key of a parsed text, 16 bytes. A document is one array of these in source order:
///
///     {"a":[1,2],"b":true}      0 object  link 7, count 2
///                               1   key "a"
///                               2   array   link 5, count 2
///                               3     1
///                               4     2
///                               5   key "b"
///                               6   true
struct Node: Sendable {
    enum Kind: UInt32 {
        case null, `true`, `false`, integer, decimal, string, escapedString, array, object
    }

    /// Offset of the first byte; a string's is its opening quote.
    var start: UInt32
    /// Offset after the last byte; for an object that is still being read, one bit for each
    /// fingerprint seen.
    var end: UInt32
    /// Array or object: the index after its last descendant; while it is still being read, its
    /// parent's index. Key: its fingerprint.
    var link: UInt32
    /// The kind in the low four bits, above them the number of elements or members.
    private var tag: UInt32

    init(_ kind: Kind, start: Int, end: Int = 0, link: UInt32 = 0) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.link = link
        tag = kind.rawValue
    }

    var kind: Kind { Kind(rawValue: tag & 0xF).unsafelyUnwrapped }
    /// True for the given kind. Compares numbers, where `kind` would build an enum case first.
    func isA(_ kind: Kind) -> Bool { tag & 0xF == kind.rawValue }
    var isContainer: Bool { tag & 0xF >= Kind.array.rawValue }
    var count: Int { Int(tag >> 4) }
    var range: Range<Int> { Int(start)..<Int(end) }

    mutating func countOneMore() { tag &+= 1 << 4 }

    /// Marks a key as seen in this object, which is still being read; returns false if it may have
    /// been seen before.
    mutating func noteKey(_ key: Node) -> Bool {
        let bit: UInt32 = 1 << (key.link & 31)
        defer { end |= bit }
        return end & bit == 0
    }
}
