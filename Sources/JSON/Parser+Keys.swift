// An object that has one key twice is refused, however the key is escaped, so that no two readers
// of a text see two values (RFC 8259 section 4 leaves it open). Keys are equal when their unescaped
// bytes are.

extension Parser {
    /// Up to this number of keys, each is compared with those before it as it is read; the keys of
    /// a larger object are sorted when it closes, so that no choice of keys makes the work
    /// quadratic.
    static let mostComparedPairwise = 16

    /// A number that is different for most different keys, made from the length, the first eight
    /// and the last eight bytes of the unescaped text between the quotes.
    func fingerprint(of key: Node, in text: Span<UInt8>) -> UInt32 {
        if key.isA(.escapedString) {
            let bytes = unescape(text, key.range)
            return fingerprint(of: 0..<bytes.count, in: bytes.span)
        }
        return fingerprint(of: key.content, in: text)
    }

    @inline(__always)
    private func fingerprint(of range: Range<Int>, in bytes: Span<UInt8>) -> UInt32 {
        var head: UInt64 = 0
        var tail: UInt64 = 0
        if range.count >= 8 {
            head = bytes.word(at: range.lowerBound)
            tail = bytes.word(at: range.upperBound - 8)
        } else if range.lowerBound + 8 <= bytes.count {
            let bits = UInt64(truncatingIfNeeded: range.count * 8)
            head = bytes.word(at: range.lowerBound) & (1 &<< bits &- 1)
        } else {
            for offset in range.reversed() { head = head << 8 | UInt64(bytes[offset]) }
        }
        var mix = head &* 0x9E37_79B9_7F4A_7C15 ^ tail &* 0xC2B2_AE3D_27D4_EB4F
        mix = mix &+ UInt64(truncatingIfNeeded: range.count)
        return UInt32(truncatingIfNeeded: mix >> 32 ^ mix)
    }

    /// Throws if the open object, which the last nodes belong to, already has the key.
    func refuse(
        _ key: Node, repeatedIn object: Int, _ nodes: Span<Node>, _ text: Span<UInt8>
    ) throws(ParseFailure) {
        var index = object + 1
        while index < nodes.count {
            if nodes[index].link == key.link, sameKey(nodes[index], key, text) {
                throw ParseFailure(
                    reason: .duplicateKey(first: Int(nodes[index].start)), offset: Int(key.start))
            }
            index = nodes.indexAfterValue(at: index + 1)
        }
    }

    /// Throws for the first repeated key of a whole object, after n log n comparisons whatever the
    /// keys are.
    func refuseRepeatedKeys(
        ofObjectAt object: Int, _ nodes: Span<Node>, _ text: Span<UInt8>
    ) throws(ParseFailure) {
        var marked: [UInt64] = []  // Fingerprint above, index below: plain numbers sort fastest.
        marked.reserveCapacity(nodes[object].count)
        var index = object + 1
        while index < nodes.count {
            marked.append(UInt64(nodes[index].link) << 32 | UInt64(index))
            index = nodes.indexAfterValue(at: index + 1)
        }
        marked.sort()
        var repeated: ParseFailure?
        var start = 0
        while start < marked.count {
            var end = start + 1
            while end < marked.count, marked[end] >> 32 == marked[start] >> 32 { end += 1 }
            if end - start > 1 {
                let keys = marked[start..<end].map { nodes[Int($0 & 0xFFFF_FFFF)] }
                let fault = firstRepeated(among: keys, text)
                if let fault, fault.offset < repeated?.offset ?? .max { repeated = fault }
            }
            start = end
        }
        if let repeated { throw repeated }
    }

    /// Compares keys of one fingerprint; a hostile text may have many of them.
    private func firstRepeated(among keys: [Node], _ text: Span<UInt8>) -> ParseFailure? {
        let sorted = keys.map { (offset: Int($0.start), bytes: unescape(text, $0.range)) }.sorted {
            $0.bytes == $1.bytes
                ? $0.offset < $1.offset : $0.bytes.lexicographicallyPrecedes($1.bytes)
        }
        return zip(sorted, sorted.dropFirst())
            .filter { $0.bytes == $1.bytes }
            .min { $0.1.offset < $1.1.offset }
            .map { ParseFailure(reason: .duplicateKey(first: $0.offset), offset: $1.offset) }
    }

    private func sameKey(_ a: Node, _ b: Node, _ text: Span<UInt8>) -> Bool {
        if a.isA(.escapedString) || b.isA(.escapedString) {
            return unescape(text, a.range) == unescape(text, b.range)
        }
        guard a.range.count == b.range.count else { return false }
        let distance = a.range.lowerBound - b.range.lowerBound
        return b.range.allSatisfy { text[$0] == text[$0 + distance] }
    }
}

extension [Node] {
    /// The index after a value and all inside it.
    func indexAfterValue(at index: Int) -> Int { span.indexAfterValue(at: index) }
}

extension Span<Node> {
    /// The index after a value and all inside it.
    @inline(__always)
    func indexAfterValue(at index: Int) -> Int {
        self[index].isContainer ? Int(self[index].link) : index + 1
    }
}
