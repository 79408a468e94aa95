import Crypto

/// The signatures that a delivery offers, found in their header and sorted by version. Only ranges
/// of the delivery's head are kept; each method takes the head as a parameter.
struct Candidates: ~Copyable {
    /// The most signatures in one header. More are not a rotation of secrets but an attempt to
    /// guess, or to cause work.
    static let limit = 16

    /// The range of one signature.
    private struct Item {
        var version: Int32 = 0
        var start: Int32 = 0
        var end: Int32 = 0
    }

    private let encoding: Signing.Encoding
    private var items = InlineArray<16, Item>(repeating: Item())
    private(set) var count = 0
    /// True if a tag was found that proves nothing.
    private(set) var holdsRetired = false
    /// True if any item has the form of items, known or not.
    private(set) var holdsItems = false
    /// The range of the member that carries the time.
    private(set) var timestamp: Range<Int>?

    /// Throws `signatureMalformed` if the layout is broken, and `timestampMalformed` if the time
    /// occurs twice, because it would have to be guessed which one was signed.
    init(in head: Span<UInt8>, at place: Range<Int>, of names: HeaderNames) throws(Refusal) {
        self.encoding = names.encoding
        switch names.layout {
        case .whole(let prefix, let required, let separator):
            var rest = place
            if head.holds(prefix, at: place) {
                rest = place.lowerBound + prefix.count..<place.upperBound
            } else if required {
                throw .signatureMalformed
            }
            guard let separator else {
                try add(0, rest)
                return
            }
            var pieces = Pieces(of: rest)
            while let piece = pieces.next(in: head, separator: separator) {
                try add(0, head.trimmingOptionalWhiteSpace(piece))
            }
        case .members(let separator):
            var pieces = Pieces(of: place)
            while let piece = pieces.next(in: head, separator: separator) {
                try addTagged(
                    head, head.trimmingOptionalWhiteSpace(piece), mark: UInt8(ascii: "="), names)
            }
        case .taggedItems:
            var pieces = Pieces(of: place)
            while let piece = pieces.next(in: head, separator: UInt8(ascii: " ")) {
                try addTagged(head, piece, mark: UInt8(ascii: ","), names)
            }
        }
    }

    /// Sorts `tag=value` or `tag,value`; skips anything else between separators.
    private mutating func addTagged(
        _ head: Span<UInt8>, _ piece: Range<Int>, mark: UInt8, _ names: HeaderNames
    ) throws(Refusal) {
        guard let middle = head.first(mark, in: piece) else { return }
        let tag = piece.lowerBound..<middle
        let value = middle + 1..<piece.upperBound
        if let time = names.timeMember, head.holds(time, exactlyAt: tag) {
            guard timestamp == nil else { throw .timestampMalformed }
            timestamp = value
            return
        }
        holdsItems = true
        for version in names.tags.indices where head.holds(names.tags[version], exactlyAt: tag) {
            try add(version, value)
            return
        }
        for retired in names.retiredTags where head.holds(retired, exactlyAt: tag) {
            holdsRetired = true
        }
    }

    private mutating func add(_ version: Int, _ value: Range<Int>) throws(Refusal) {
        guard count < Self.limit else { throw .signatureMalformed }
        holdsItems = true
        items[count] = Item(
            version: Int32(truncatingIfNeeded: version),
            start: Int32(truncatingIfNeeded: value.lowerBound),
            end: Int32(truncatingIfNeeded: value.upperBound))
        count += 1
    }

    /// True if the delivery offers this version at all, well-formed or not.
    func offers(_ version: Int) -> Bool {
        for index in 0..<count where items[index].version == Int32(version) { return true }
        return false
    }

    /// The decoded signature with this number; nil if it is not of this version or cannot be
    /// decoded.
    func signature(at index: Int, of version: Int, in head: Span<UInt8>) -> SignatureBytes? {
        let item = items[index]
        guard item.version == Int32(version), item.start < item.end else { return nil }
        let text = head.extracting(Int(item.start)..<Int(item.end))
        return switch encoding {
        case .hex: Hex.decodeSignature(text)
        case .base64: Base64.decodeSignature(text)
        }
    }
}
