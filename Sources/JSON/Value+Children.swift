extension Value {
    /// How many elements an array or members an object has; 0 for anything else.
    package var count: Int { node.count }

    /// An object's value for a key, compared byte by byte; nil if absent or if this is no object.
    package subscript(key: String) -> Value? {
        text.index(ofMember: key.utf8.span, ofObjectAt: index).map { Value(text: text, index: $0) }
    }

    /// Follows keys from object to object, as far as they lead: the value there, and how many led to it.
    ///
    /// - Parameter work: grows by what searching each object on the way comes to, one per 128 members.
    package func descend(along keys: [String], work: inout Int) -> (value: Value, depth: Int) {
        let end = text.descend(along: keys, from: index, work: &work)
        return (Value(text: text, index: end.index), end.depth)
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

extension Text {
    /// The node of the value that a key names; nil if absent or if this is no object. Mappings spend most
    /// of their time here, so it goes over spans: no array is retained for a comparison.
    fileprivate func index(ofMember key: Span<UInt8>, ofObjectAt index: Int) -> Int? {
        let (bytes, nodes) = (bytes, nodes)
        return self.index(ofMember: key, ofObjectAt: index, bytes.span, nodes.span)
    }

    /// The text is looked at once for the whole way.
    fileprivate func descend(
        along keys: [String], from start: Int, work: inout Int
    ) -> (index: Int, depth: Int) {
        let (bytes, nodes) = (bytes, nodes)
        let (source, all) = (bytes.span, nodes.span)
        var index = start
        for depth in keys.indices {
            work += all[index].count / 128
            guard
                let next = self.index(
                    ofMember: keys[depth].utf8.span, ofObjectAt: index, source, all)
            else { return (index, depth) }
            index = next
        }
        return (index, keys.count)
    }

    @inline(__always)
    private func index(
        ofMember key: Span<UInt8>, ofObjectAt index: Int, _ source: Span<UInt8>, _ all: Span<Node>
    ) -> Int? {
        guard all[index].isA(.object) else { return nil }
        var cursor = index + 1
        for _ in 0..<all[index].count {
            let name = all[cursor]
            let isKey =
                name.isA(.string)
                ? source.holds(key, at: name.content) : content(of: name, equals: key)
            if isKey { return cursor + 1 }
            let value = all[cursor + 1]
            cursor = value.isContainer ? Int(value.link) : cursor + 2
        }
        return nil
    }
}

extension Span<UInt8> {
    fileprivate func holds(_ other: Span<UInt8>, at range: Range<Int>) -> Bool {
        guard range.count == other.count else { return false }
        for index in other.indices where self[range.lowerBound + index] != other[index] {
            return false
        }
        return true
    }
}
