import Time

/// What verification says of one delivery.
package enum Verdict: Equatable, Sendable {
    case valid(Proof)
    case refused(Refusal)
}

/// What a valid delivery has shown.
package struct Proof: Equatable, Sendable {
    /// The sender's own id of the message, where the scheme has one and the delivery carries it.
    package let id: MessageID?
    /// Which of the configured secrets it was signed with; nil where the scheme has none.
    package let keyIndex: Int?
    /// The signed time of the attempt (Unix time), where the scheme carries one.
    package let timestamp: Instant?

    package init(id: MessageID?, keyIndex: Int?, timestamp: Instant?) {
        self.id = id
        self.keyIndex = keyIndex
        self.timestamp = timestamp
    }
}

/// A message's id as its sender wrote it, in a header.
package struct MessageID: Equatable, Sendable {
    /// 1–256 visible ASCII characters; a view of the header fields, nothing is copied.
    package let bytes: ArraySlice<UInt8>
    /// Whether the signature covers it. If not, whoever replays a delivery can change it, so the
    /// body's digest must be unique as well.
    package let isSigned: Bool

    package init(bytes: ArraySlice<UInt8>, isSigned: Bool) {
        self.bytes = bytes
        self.isSigned = isSigned
    }

    /// An id that holds what stands beside it in the signed text is refused: `a.1` with `2` and `a`
    /// with `1.2` would be one text, signed once and good for both.
    static func isWellFormed(_ id: ArraySlice<UInt8>, without borders: [UInt8]) -> Bool {
        guard !id.isEmpty, id.count <= 256 else { return false }
        return id.allSatisfy { $0 > 0x20 && $0 < 0x7F && !borders.contains($0) }
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
