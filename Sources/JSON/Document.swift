/// A text that was read and found to be JSON, stricter than RFC 8259 where it leaves two readers room
/// to see two values: keys are unique, strings are Unicode, nothing surrounds the text but white space.
///
/// The text is kept as it came and indexed by one flat array of nodes; copies share both.
package struct Document: Sendable {
    let text: Text

    /// Reads the whole text or says where it stops being JSON.
    package init(parsing bytes: [UInt8], limits: Limits = Limits()) throws(ParseError) {
        do {
            text = Text(bytes: bytes, nodes: try Parser.nodes(of: bytes, limits: limits))
        } catch {
            let position = Position(of: error.offset, in: bytes)
            throw ParseError(
                reason: error.reason, offset: error.offset, line: position.line,
                column: position.column)
        }
    }

    package var bytes: [UInt8] { text.bytes }
    package var root: Value { Value(text: text, index: 0) }

    /// Where an offset into the text stands for a reader; counted on demand.
    package func position(of offset: Int) -> Position { Position(of: offset, in: text.bytes) }
}

/// The bytes and their index, shared by a document and its values.
final class Text: Sendable {
    let bytes: [UInt8]
    let nodes: [Node]

    init(bytes: [UInt8], nodes: [Node]) {
        self.bytes = bytes
        self.nodes = nodes
    }
}
