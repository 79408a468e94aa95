import Crypto

/// The text that a signature covers, as the places where its pieces lie: a keyed hash is fed piece
/// by piece, and nothing is copied.
struct SignedMessage {
    /// A part of a scheme's message, with all that is known before a delivery comes.
    enum Part: Equatable, Sendable {
        case literal([UInt8])
        case id
        case timestamp
        case body
        case method
        /// Found in the delivery by name; `found` holds it at this index.
        case lookup(Int)
    }

    let parts: [Part]
    var id: ArraySlice<UInt8> = []
    var timestamp: ArraySlice<UInt8> = []
    let method: String
    var found: [ArraySlice<UInt8>] = []

    /// Gives the pieces in their order.
    func feed(
        body: Span<UInt8>, to sink: (Span<UInt8>) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        for part in parts {
            switch part {
            case .literal(let bytes): try sink(bytes.span)
            case .id: try sink(id.span)
            case .timestamp: try sink(timestamp.span)
            case .body: try sink(body)
            case .method:
                let name = method.utf8
                try sink(name.span)
            case .lookup(let index):
                let piece = found[index]
                try sink(piece.span)
            }
        }
    }

    /// The whole text, for algorithms that must see it in one piece.
    func joined(body: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(body.count + 256)
        try feed(body: body) { piece throws(CryptoError) in
            for index in piece.indices { text.append(piece[index]) }
        }
        return text
    }
}
