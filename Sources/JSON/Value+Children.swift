extension Value {
    /// How many elements an array or members an object has; 0 for anything else.
    package var count: Int { node.count }

    /// An object's value for a key, compared byte by byte; nil if absent or if this is no object.
    package subscript(key: String) -> Value? {
        let object = node
        guard object.isA(.object) else { return nil }
        var cursor = index + 1
        for _ in 0..<object.count {
            if text.content(of: text.nodes[cursor], equals: key.utf8.span) {
                return Value(text: text, index: cursor + 1)
            }
            cursor = text.nodes.indexAfterValue(at: cursor + 1)
        }
        return nil
    }

    /// An array's element; nil beyond its end or if this is no array. Walks over those before it.
    package subscript(index: Int) -> Value? {
        guard index >= 0, node.isA(.array), index < node.count else { return nil }
        var cursor = self.index + 1
        for _ in 0..<index { cursor = text.nodes.indexAfterValue(at: cursor) }
        return Value(text: text, index: cursor)
    }

    /// An array's values in order; empty for anything else.
    package var elements: Elements { Elements(of: self) }
    /// An object's keys and values in order; empty for anything else.
    package var members: Members { Members(of: self) }

    package struct Elements: Sequence, IteratorProtocol, Sendable {
        private let text: Text
        private var cursor: Int
        package private(set) var count: Int

        init(of array: Value) {
            text = array.text
            cursor = array.index + 1
            count = array.node.isA(.array) ? array.node.count : 0
        }

        package var underestimatedCount: Int { count }

        package mutating func next() -> Value? {
            guard count > 0 else { return nil }
            defer { cursor = text.nodes.indexAfterValue(at: cursor) }
            count -= 1
            return Value(text: text, index: cursor)
        }
    }

    package struct Members: Sequence, IteratorProtocol, Sendable {
        private let text: Text
        private var cursor: Int
        package private(set) var count: Int

        init(of object: Value) {
            text = object.text
            cursor = object.index + 1
            count = object.node.isA(.object) ? object.node.count : 0
        }

        package var underestimatedCount: Int { count }

        package mutating func next() -> (key: Key, value: Value)? {
            guard count > 0 else { return nil }
            defer { cursor = text.nodes.indexAfterValue(at: cursor + 1) }
            count -= 1
            return (
                Key(value: Value(text: text, index: cursor)), Value(text: text, index: cursor + 1)
            )
        }
    }
}

/// A member's name, with its own place in the text.
package struct Key: Sendable {
    let value: Value

    package var range: Range<Int> { value.range }
    package var position: Position { value.position }
    package var string: String { value.string ?? "" }
    package var stringBytes: ArraySlice<UInt8> { value.stringBytes ?? [] }

    /// Whether the key has exactly these bytes; canonical equivalence plays no part.
    package func equals(_ other: String) -> Bool { value.equals(other) }
}
