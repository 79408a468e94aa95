/// The limits of a text; the parser refuses a text beyond them.
package struct Limits: Sendable {
    /// The deepest nesting of arrays and objects; 1 is a flat array.
    package var depth: Int
    /// The greatest length of the text in bytes.
    package var bytes: Int

    /// The greatest `bytes` possible: offsets and counts are kept in 32 bits, four of which hold
    /// the kind.
    package static let mostBytes = 1 << 28

    package init(depth: Int = 64, bytes: Int = 64 << 20) {
        precondition(depth >= 0, "a depth is not negative")
        precondition(bytes >= 0 && bytes <= Limits.mostBytes, "offsets are kept in 28 bits")
        self.depth = depth
        self.bytes = bytes
    }
}
