// An object with one key twice is refused however it is written, so that no two readers of one text see
// two values (RFC 8259 section 4 leaves it open). Keys are the same when their unescaped bytes are.

extension Parser {
    /// Up to here each key is compared with those before it as it is read; the keys of a larger object
    /// are sorted when it closes, so that no choice of keys makes the work quadratic.
    static let mostComparedPairwise = 16

    /// A number that differs for most different keys: length, first and last bytes of the text between
    /// the quotes once unescaped.
    func fingerprint(of key: Node, in text: Span<UInt8>) -> UInt32 {
        if key.kind == .escapedString {
            let bytes = unescape(text, key.range)
            return fingerprint(of: 0..<bytes.count, in: bytes.span)
        }
        return fingerprint(of: key.range.lowerBound + 1..<key.range.upperBound - 1, in: text)
    }

    private func fingerprint(of range: Range<Int>, in bytes: Span<UInt8>) -> UInt32 {
        var mix = UInt32(truncatingIfNeeded: range.count)
        for offset in range.prefix(4) { mix = mix &* 31 &+ UInt32(bytes[offset]) }
        for offset in range.suffix(4) { mix = mix &* 31 &+ UInt32(bytes[offset]) }
        return mix
    }

    /// Compares a key with those of the innermost open object.
    func refuseRepeated(_ key: Node, _ text: Span<UInt8>) throws(Fault) {
        var index = open + 1
        while index < nodes.count {
            if nodes[index].link == key.link, sameKey(nodes[index], key, text) {
                throw Fault(
                    reason: .duplicateKey(first: Int(nodes[index].start)), offset: Int(key.start))
            }
            index = nodes.indexAfterValue(at: index + 1)
        }
    }

    /// Finds the first key of a whole object that stands there already, in n log n comparisons.
    func refuseRepeatedKeys(ofObjectAt object: Int, _ text: Span<UInt8>) throws(Fault) {
        var keys: [Node] = []
        keys.reserveCapacity(nodes[object].count)
        var index = object + 1
        while index < nodes.count {
            keys.append(nodes[index])
            index = nodes.indexAfterValue(at: index + 1)
        }
        let contents = keys.map { content(of: $0, text) }
        let order = keys.indices.sorted { left, right in
            let (a, b) = (keys[left], keys[right])
            if a.link != b.link { return a.link < b.link }
            if contents[left] == contents[right] { return left < right }
            return contents[left].lexicographicallyPrecedes(contents[right])
        }
        var repeated: (first: Int, second: Int)?
        for (left, right) in zip(order, order.dropFirst()) where contents[left] == contents[right] {
            if repeated.map({ right < $0.second }) ?? true { repeated = (left, right) }
        }
        guard let repeated else { return }
        throw Fault(
            reason: .duplicateKey(first: Int(keys[repeated.first].start)),
            offset: Int(keys[repeated.second].start))
    }

    private func sameKey(_ a: Node, _ b: Node, _ text: Span<UInt8>) -> Bool {
        if a.kind == .escapedString || b.kind == .escapedString {
            return content(of: a, text) == content(of: b, text)
        }
        guard a.range.count == b.range.count else { return false }
        let distance = a.range.lowerBound - b.range.lowerBound
        return b.range.allSatisfy { text[$0] == text[$0 + distance] }
    }

    private func content(of key: Node, _ text: Span<UInt8>) -> [UInt8] {
        unescape(text, key.range)
    }
}

extension [Node] {
    /// The index after a value and all inside it.
    func indexAfterValue(at index: Int) -> Int {
        self[index].isContainer ? Int(self[index].link) : index + 1
    }
}
