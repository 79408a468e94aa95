/// A parsed JSON text. The parser is stricter than RFC 8259 where two readers could see two values:
/// keys are unique, strings are valid Unicode, and only white space may surround the value.
///
/// The text is kept as it came and indexed by one flat array of nodes; copies share both.
package struct Document: Sendable {
    let text: Text

    /// Parses the whole text; throws the reason and the position of the first byte that is not
    /// accepted.
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

    /// The text as it was given to the parser.
    package var bytes: [UInt8] { text.bytes }
    /// The outermost value.
    package var root: Value { Value(text: text, index: 0) }

    /// The line and column of a byte offset; counted at each call, in time proportional to the
    /// offset.
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
