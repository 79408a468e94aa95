/// What a text may hold before it is refused.
package struct Limits: Sendable {
    /// Nesting of arrays and objects; 1 is a flat array.
    package var depth: Int

    package init(depth: Int = 64) {
        self.depth = depth
    }
}
