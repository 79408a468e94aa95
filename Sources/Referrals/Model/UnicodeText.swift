// The standard library normalizes strings to compare them, but offers the result only to libraries of the
// toolchain: FoundationEssentials reads it in the same way. A toolchain without it does not compile this file.
@_spi(_Unicode) import Swift

/// The canonical form of text outside ASCII.
enum UnicodeText {
    /// Returns the text with full-width forms folded to ASCII, ideographic full stops as dots,
    /// lower case, composed (NFC).
    static func folded(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var lowered = String.UnicodeScalarView()
        for scalar in scalars {
            let plain = narrow(scalar)
            if plain.isASCII {
                lowered.append(lowercased(plain))
            } else {
                lowered.append(contentsOf: plain.properties.lowercaseMapping.unicodeScalars)
            }
        }
        var composed = String.UnicodeScalarView()
        for scalar in String(lowered)._nfc { composed.append(scalar) }
        return String(composed)
    }

    /// Returns the ASCII character of a full-width form; any other character is returned unchanged.
    private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        // Full-width ! to ~ are in the order of ASCII.
        case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFF01 + 0x21))
        case 0x3002, 0xFF61: "."
        case 0x3000: " "
        default: scalar
        }
    }

    private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        0x41...0x5A ~= scalar.value ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
    }

    /// True if a character outside ASCII may be part of an address: it is visible, and no other
    /// character represents it. A folded character that still has a compatibility form (a ligature,
    /// a circled letter) would be a second spelling of an address.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator,
            .lineSeparator, .paragraphSeparator:
            return false
        default: break
        }
        // Both are letters of their own in a domain (RFC 5892), although case folding changes them.
        if scalar == "\u{DF}" || scalar == "\u{3C2}" { return true }
        return !scalar.properties.changesWhenNFKCCaseFolded
    }
}
