import Crypto

/// The signatures that a delivery offers, found in their header and sorted by version.
struct Candidates {
    /// More than this many in one header is no rotation but an attempt to be guessed right, or to
    /// keep us busy.
    static let limit = 16

    /// One signature's place in the header's value.
    private struct Item {
        var version: Int32 = 0
        var start: Int32 = 0
        var end: Int32 = 0
    }

    private let text: ArraySlice<UInt8>
    private let encoding: Signing.Encoding
    private var items = InlineArray<16, Item>(repeating: Item())
    private(set) var count = 0
    /// Whether a tag stood there that proves nothing.
    private(set) var holdsRetired = false
    /// Whether any item was written as items are, known or not.
    private(set) var holdsItems = false
    /// The text of the member that carries the time.
    private(set) var timestamp: ArraySlice<UInt8>?

    /// Throws `signatureMalformed` where the layout itself is broken, `timestampMalformed` where
    /// the time stands twice: which of them was signed must not be guessed.
    init(in text: ArraySlice<UInt8>, of names: HeaderNames) throws(Refusal) {
        self.text = text
        self.encoding = names.encoding
        switch names.layout {
        case .whole(let prefix, let required, let separator):
            var rest = text
            if text.starts(with: prefix) {
                rest = text.dropFirst(prefix.count)
            } else if required {
                throw .signatureMalformed
            }
            if let separator {
                for piece in Pieces(of: rest, separator: separator) { try add(0, rest[piece]) }
            } else {
                try add(0, rest)
            }
        case .members(let separator):
            for piece in Pieces(of: text, separator: separator) {
                try addTagged(text[piece], mark: UInt8(ascii: "="), names)
            }
        case .taggedItems:
            for piece in Pieces(of: text, separator: UInt8(ascii: " ")) {
                try addTagged(text[piece], mark: UInt8(ascii: ","), names)
            }
        }
    }

    /// Sorts `tag=value` or `tag,value`; anything else between separators is passed over.
    private mutating func addTagged(
        _ piece: ArraySlice<UInt8>, mark: UInt8, _ names: HeaderNames
    ) throws(Refusal) {
        guard let middle = piece.firstIndex(of: mark) else { return }
        let tag = piece[..<middle]
        let value = piece[(middle + 1)...]
        if let time = names.timeMember, tag.elementsEqual(time) {
            guard timestamp == nil else { throw .timestampMalformed }
            timestamp = value
            return
        }
        holdsItems = true
        if let version = names.tags.firstIndex(where: { tag.elementsEqual($0) }) {
            try add(version, value)
        } else if names.retiredTags.contains(where: { tag.elementsEqual($0) }) {
            holdsRetired = true
        }
    }

    private mutating func add(_ version: Int, _ value: ArraySlice<UInt8>) throws(Refusal) {
        guard count < Self.limit else { throw .signatureMalformed }
        holdsItems = true
        items[count] = Item(
            version: Int32(truncatingIfNeeded: version),
            start: Int32(truncatingIfNeeded: value.startIndex),
            end: Int32(truncatingIfNeeded: value.endIndex))
        count += 1
    }

    /// Whether the delivery offers this version at all, well written or not.
    func offers(_ version: Int) -> Bool {
        for index in 0..<count where items[index].version == Int32(version) { return true }
        return false
    }

    /// The decoded signature at this place, if it is one of this version and can be decoded.
    func signature(at index: Int, of version: Int) -> SignatureBytes? {
        guard items[index].version == Int32(version) else { return nil }
        let value = text[Int(items[index].start)..<Int(items[index].end)]
        guard let signature = decode(value), signature.count > 0 else { return nil }
        return signature
    }

    private func decode(_ value: ArraySlice<UInt8>) -> SignatureBytes? {
        switch encoding {
        case .hex: Hex.decodeSignature(value.span)
        case .base64: Base64.decodeSignature(value.span)
        }
    }
}

/// The ranges between separators, empty ones included.
struct Pieces: Sequence, IteratorProtocol {
    private let text: ArraySlice<UInt8>
    private let separator: UInt8
    private var position: Int
    private var isDone = false

    init(of text: ArraySlice<UInt8>, separator: UInt8) {
        self.text = text
        self.separator = separator
        self.position = text.startIndex
    }

    mutating func next() -> Range<Int>? {
        guard !isDone else { return nil }
        let start = position
        guard let end = text[start...].firstIndex(of: separator) else {
            isDone = true
            return start..<text.endIndex
        }
        position = end + 1
        return start..<end
    }
}
