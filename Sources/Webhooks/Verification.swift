import Time

/// The result of verifying one delivery.
package enum Verification: Equatable, Sendable {
    case valid(Proof)
    case refused(Refusal)
}

/// The facts that a valid delivery has proved.
package struct Proof: Equatable, Sendable {
    /// The sender's own id of the message; nil if the scheme or the delivery has none.
    package let id: MessageID?
    /// The index of the secret that it was signed with; nil if the scheme has none.
    package let keyIndex: Int?
    /// The signed time of the attempt (Unix time); nil if the scheme carries none.
    package let timestamp: Instant?

    package init(id: MessageID?, keyIndex: Int?, timestamp: Instant?) {
        self.id = id
        self.keyIndex = keyIndex
        self.timestamp = timestamp
    }
}

/// A message's id as its sender wrote it, in a header.
package struct MessageID: Equatable, Sendable {
    /// 1–256 visible ASCII characters; a view of the header fields, without a copy.
    package let bytes: ArraySlice<UInt8>
    /// True if the signature covers the id. Otherwise an attacker who replays a delivery can change
    /// it, so the body's digest must be unique as well.
    package let isSigned: Bool

    package init(bytes: ArraySlice<UInt8>, isSigned: Bool) {
        self.bytes = bytes
        self.isSigned = isSigned
    }

    /// The id as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The characters allowed in an id: visible ASCII without the characters next to the id in the
    /// signed text. With a full stop between them, `a.1` with `2` and `a` with `1.2` would be the
    /// same text, signed once and valid for both.
    struct Letters: Sendable {
        static let limit = 256

        /// Bit n represents the character n here, and the character 64 + n in `high`.
        private let low: UInt64
        private let high: UInt64

        init(without borders: [UInt8]) {
            var low: UInt64 = 0
            var high: UInt64 = 0
            for character: UInt8 in 0x21...0x7E where !borders.contains(character) {
                if character < 64 {
                    low |= 1 << UInt64(character)
                } else {
                    high |= 1 << UInt64(character - 64)
                }
            }
            self.low = low
            self.high = high
        }

        func spell(_ id: Span<UInt8>) -> Bool {
            guard id.count > 0, id.count <= Self.limit else { return false }
            for index in id.indices {
                let byte = id[index]
                guard byte < 128 else { return false }
                let half = byte < 64 ? low : high
                guard half &>> UInt64(byte & 63) & 1 == 1 else { return false }
            }
            return true
        }
    }
}
