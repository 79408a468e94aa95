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
    package let timestampMilliseconds: Int64?

    package init(id: MessageID?, keyIndex: Int?, timestampMilliseconds: Int64?) {
        self.id = id
        self.keyIndex = keyIndex
        self.timestampMilliseconds = timestampMilliseconds
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

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
