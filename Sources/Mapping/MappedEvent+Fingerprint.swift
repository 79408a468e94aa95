import Currencies
import Referrals
import Time

extension MappedEvent {
    /// Appends bytes that are equal if and only if all mapped fields except the id are equal: they
    /// distinguish a repeated delivery from an id used for two events.
    ///
    ///     1 format · for each field present: tag · length (7 bits a byte, low first) · content
    ///
    /// Texts are their UTF-8, numbers eight bytes, high first. The code is in its canonical form.
    package func appendFingerprint(to bytes: inout [UInt8]) {
        var writer = FingerprintWriter(bytes: bytes)
        bytes = []  // Gives up this reference, so that the writer appends in place.
        writer.bytes.append(1)
        writer.text(1, goal)
        switch code {
        case .none, .missing: break
        case .named(let code): writer.text(2, code.text)
        case .unreadable(let text): writer.text(3, text)
        case .candidates(let candidates):
            for candidate in candidates {
                let tag: UInt8 = candidate.code == nil ? 3 : 2
                writer.text(candidate.isDoubtful ? tag + 12 : tag, candidate.text)
            }
        }
        for key in businessKeys { writer.text(4, key) }
        writer.number(5, amount)
        writer.text(6, currency?.text)
        writer.number(7, occurredAt?.microseconds)
        writer.text(8, email)
        writer.text(9, customer)
        writer.text(10, firstName)
        if isTest { writer.text(11, "") }
        writer.text(12, isLink ? "link" : reversal?.rawValue)
        writer.number(13, paid)
        bytes = writer.bytes
    }
}

private struct FingerprintWriter {
    var bytes: [UInt8]

    mutating func text(_ tag: UInt8, _ text: String?) {
        guard let text else { return }
        bytes.append(tag)
        var rest = text.utf8.count
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func number(_ tag: UInt8, _ number: Int64?) {
        guard let number else { return }
        bytes.append(tag)
        bytes.append(8)
        let bits = UInt64(bitPattern: number)
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
    }
}
