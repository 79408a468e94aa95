/// What names one participant: `[A-Z0-9][A-Z0-9._-]{0,63}`, in its one canonical form.
///
/// White space around it is trimmed, full-width forms are folded to ASCII, a–z are upper-cased.
/// Look-alikes stay what they are: `O` is never `0`, and a Cyrillic `А` makes no code at all.
package struct ReferralCode: Hashable, Sendable {
    package static let maxLength = 64

    package let text: String

    /// Nil where the text names no code. Copies nothing when it is canonical already.
    package init?(_ text: String) {
        if isCanonical(text.utf8.span) {
            self.text = text
        } else if let folded = folded(text) {
            self.text = folded
        } else {
            return nil
        }
    }

    /// Nil where the UTF-8 names no code.
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
    /// Codes are equal when their bytes are; canonical text is ASCII, so that is what `==` does.
    package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
}

/// The canonical form of what isn't canonical yet.
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
        // Full-width ! to ~ stand in the order of ASCII (Unicode, Halfwidth and Fullwidth Forms).
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
