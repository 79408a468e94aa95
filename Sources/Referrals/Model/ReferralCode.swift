/// The code that identifies one participant, in canonical form: `[A-Z0-9][A-Z0-9._-]{0,63}`.
///
/// White space around the code is trimmed, full-width forms are folded to ASCII, and a–z are
/// upper-cased. Look-alikes are not converted: `O` is never `0`, and a text with a Cyrillic `А` is
/// not a code.
package struct ReferralCode: Hashable, Sendable {
    /// The maximum number of characters.
    package static let maxLength = 64

    /// The canonical text.
    package let text: String

    /// Returns nil if the text is not a code. Does not copy a canonical text.
    package init?(_ text: String) {
        if isCanonical(text.utf8.span) {
            self.text = text
        } else if let folded = folded(text) {
            self.text = folded
        } else {
            return nil
        }
    }

    /// Returns nil if the UTF-8 is not a code.
    package init?(utf8: Span<UInt8>) {
        guard !utf8.isEmpty else { return nil }
        if isCanonical(utf8) {
            text = String(copying: UTF8Span(unchecked: utf8))
        } else {
            guard let span = try? UTF8Span(validating: utf8) else { return nil }
            guard let folded = folded(String(copying: span)) else { return nil }
            text = folded
        }
    }
}

extension ReferralCode {
    /// Compares bytes. Canonical text is ASCII, so `==` on strings does the same.
    package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
}

/// Returns the canonical form of a text that is not canonical yet; nil if it is not a code.
private func folded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ReferralCode.maxLength)
    var isEnded = false
    for scalar in text.unicodeScalars {
        if scalar.properties.isWhitespace {
            isEnded = !bytes.isEmpty
            continue
        }
        guard !isEnded else { return nil }
        var byte: UInt8
        switch scalar.value {
        case 0x21...0x7E: byte = UInt8(scalar.value)
        // Full-width ! to ~ are in the order of ASCII (Unicode, Halfwidth and Fullwidth Forms).
        case 0xFF01...0xFF5E: byte = UInt8(scalar.value - 0xFF01 + 0x21)
        default: return nil
        }
        if byte >= 0x61 && byte <= 0x7A { byte &= 0xDF }
        guard bytes.count < ReferralCode.maxLength else { return nil }
        bytes.append(byte)
    }
    guard isCanonical(bytes.span) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
}

private func isCanonical(_ utf8: Span<UInt8>) -> Bool {
    guard !utf8.isEmpty, utf8.count <= ReferralCode.maxLength else { return false }
    for index in utf8.indices {
        switch utf8[index] {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            if index == 0 { return false }
        default: return false
        }
    }
    return true
}
