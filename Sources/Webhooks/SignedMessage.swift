import Crypto

/// The text that a signature covers, as ranges of the delivery's head: a keyed hash is fed piece by
/// piece, and nothing is copied.
struct SignedMessage: ~Copyable {
    /// The plan of the version being checked.
    var plan: MessagePlan
    var id = 0..<0
    var timestamp = 0..<0
    let method: String
    /// The values found under the plan's names.
    var found: [[UInt8]] = []

    /// Passes the pieces on in their order.
    func feed(
        head: Span<UInt8>, body: Span<UInt8>,
        to sink: (Span<UInt8>) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        let literals = plan.literals
        for part in plan.parts {
            switch part {
            case .literal(let start, let end):
                try sink(literals.span.extracting(Int(start)..<Int(end)))
            case .id: try sink(head.extracting(id))
            case .timestamp: try sink(head.extracting(timestamp))
            case .body: try sink(body)
            case .method:
                let name = method.utf8
                try sink(name.span)
            case .lookup(let index):
                let piece = found[Int(index)]
                try sink(piece.span)
            }
        }
    }

    /// The whole text, for algorithms that need it in one piece.
    func joined(head: Span<UInt8>, body: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(body.count + 256)
        try feed(head: head, body: body) { piece throws(CryptoError) in
            for index in piece.indices { text.append(piece[index]) }
        }
        return text
    }
}
