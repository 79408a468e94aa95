/// What a text may hold before it is refused.
package struct Limits: Sendable {
    /// Nesting of arrays and objects; 1 is a flat array.
    package var depth: Int
    /// Length of the whole text.
    package var bytes: Int

    /// Offsets and counts are kept in 32 bits, four of them for the kind: a longer text is never read.
    package static let mostBytes = 1 << 28

    package init(depth: Int = 64, bytes: Int = 64 << 20) {
        precondition(depth >= 0, "a depth is not negative")
        precondition(bytes >= 0 && bytes <= Limits.mostBytes, "offsets are kept in 28 bits")
        self.depth = depth
        self.bytes = bytes
    }
}
