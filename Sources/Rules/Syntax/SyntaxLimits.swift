/// The limits of a rule's text. The limit of depth prevents stack overflows of recursive functions
/// on small threads.
package struct SyntaxLimits: Sendable {
    /// Bytes of source.
    package var sourceBytes: Int
    /// Nesting of the text and height of the tree.
    package var depth: Int
    /// Nodes of the tree.
    package var nodes: Int

    package init(sourceBytes: Int = 8192, depth: Int = 64, nodes: Int = 4096) {
        self.sourceBytes = sourceBytes
        self.depth = depth
        self.nodes = nodes
    }
}
