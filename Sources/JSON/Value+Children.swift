extension Value {
    /// The number of elements of an array or members of an object; 0 for anything else.
    package var count: Int { node.count }

    /// The value of an object's key, compared byte by byte; nil if it is absent or if this is not
    /// an object.
    package subscript(key: String) -> Value? {
        text.index(ofMember: key.utf8.span, ofObjectAt: index).map { Value(text: text, index: $0) }
    }

    /// Follows keys from object to object as far as they exist. Returns the last value reached and
    /// the number of keys that were found.
    ///
    /// - Parameter work: grows by the cost of searching each object on the way, one per 128
    ///   members.
    package func descend(along keys: [String], work: inout Int) -> (value: Value, depth: Int) {
        let end = text.descend(along: keys, from: index, work: &work)
        return (Value(text: text, index: end.index), end.depth)
    }

    /// An array's element; nil beyond its end or if this is not an array. Takes time proportional
    /// to the index.
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

    /// The values of an array, in order.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        private let text: Text
        private var cursor: Int
        /// The number of elements not yet returned.
        package private(set) var count: Int

        init(of array: Value) {
            text = array.text
            cursor = array.index + 1
            count = array.node.isA(.array) ? array.node.count : 0
        }

        package var underestimatedCount: Int { count }

        /// The next element; nil at the end.
        package mutating func next() -> Value? {
            guard count > 0 else { return nil }
            defer { cursor = text.nodes.indexAfterValue(at: cursor) }
            count -= 1
            return Value(text: text, index: cursor)
        }
    }

    /// The members of an object, in order.
    package struct Members: Sequence, IteratorProtocol, Sendable {
        private let text: Text
        private var cursor: Int
        /// The number of members not yet returned.
        package private(set) var count: Int

        init(of object: Value) {
            text = object.text
            cursor = object.index + 1
            count = object.node.isA(.object) ? object.node.count : 0
        }

        package var underestimatedCount: Int { count }

        /// The next key and its value; nil at the end.
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

/// A member's name, with its position in the text.
package struct Key: Sendable {
    let value: Value

    /// The byte range of the key in the text, quotes included.
    package var range: Range<Int> { value.range }
    /// The line and column of the key.
    package var position: Position { value.position }
    /// The key's text, unescaped.
    package var string: String { value.string ?? "" }
    /// The key's text as it is written, quotes included.
    package var source: ArraySlice<UInt8> { value.source }
    /// The key's UTF-8, unescaped.
    package var stringBytes: ArraySlice<UInt8> { value.stringBytes ?? [] }

    /// True if the key has exactly these bytes; canonical equivalence is ignored.
    package func equals(_ other: String) -> Bool { value.equals(other) }
}

extension Text {
    /// The node of a key's value; nil if it is absent or if this is not an object. Mappings spend
    /// most of their time here, so it works on spans: no array is retained for a comparison.
    fileprivate func index(ofMember key: Span<UInt8>, ofObjectAt index: Int) -> Int? {
        let (bytes, nodes) = (bytes, nodes)
        return self.index(ofMember: key, ofObjectAt: index, bytes.span, nodes.span)
    }

    /// Follows keys from object to object, borrowing the text once for all of them.
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
