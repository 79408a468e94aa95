/// A sequence of the pieces between separators, empty pieces included.
struct Pieces {
    private var rest: Range<Int>?

    init(of place: Range<Int>) { rest = place }

    mutating func next(in text: Span<UInt8>, separator: UInt8) -> Range<Int>? {
        guard let rest else { return nil }
        guard let end = text.first(separator, in: rest) else {
            self.rest = nil
            return rest
        }
        self.rest = end + 1..<rest.upperBound
        return rest.lowerBound..<end
    }
}

extension Span<UInt8> {
    /// The first position of a byte within a range.
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        for index in range where self[index] == byte { return index }
        return nil
    }

    /// The range without the spaces and tabs at its ends: the optional white space that a list may
    /// have around its items (RFC 9110 section 5.6.1; gateways rejoin `t=1,v1=2` as `t=1, v1=2`).
    func trimmingOptionalWhiteSpace(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, self[first].isOptionalWhiteSpace {
            range = first + 1..<range.upperBound
        }
        while let last = range.last, self[last].isOptionalWhiteSpace {
            range = range.lowerBound..<last
        }
        return range
    }

    /// True if the range starts with these bytes.
    func holds(_ bytes: [UInt8], at range: Range<Int>) -> Bool {
        guard bytes.count <= range.count else { return false }
        for index in bytes.indices where self[range.lowerBound + index] != bytes[index] {
            return false
        }
        return true
    }

    /// True if the range consists of exactly these bytes.
    func holds(_ bytes: [UInt8], exactlyAt range: Range<Int>) -> Bool {
        bytes.count == range.count && holds(bytes, at: range)
    }
}

extension UInt8 {
    /// True for a space or a tab (`OWS`, RFC 9110 section 5.6.3).
    fileprivate var isOptionalWhiteSpace: Bool { self == 0x20 || self == 0x09 }
}
