/// The code of a currency: three letters, kept in upper case.
///
/// Any three letters make a `Currency`, because rows of earlier releases hold words that ISO 4217 does not
/// list. Declarations and events are checked with `isListed`.
package struct Currency: Hashable, Sendable {
    /// The three letters, the first in the highest byte.
    private let letters: UInt32

    /// Reads a code in upper or lower case; nil for anything but three ASCII letters. Allocates nothing.
    package init?(_ text: String) {
        var letters: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            let upper = byte & 0xDF
            guard upper >= 0x41, upper <= 0x5A, byte >= 0x41, count < 3 else { return nil }
            letters = letters << 8 | UInt32(upper)
            count += 1
        }
        guard count == 3 else { return nil }
        self.letters = letters
    }

    /// The three letters in upper case.
    package var text: String {
        let bytes = [
            UInt8(letters >> 16 & 0xFF), UInt8(letters >> 8 & 0xFF), UInt8(letters & 0xFF),
        ]
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The code as a number in base 26, below 26³.
    var place: Int {
        let first = Int(letters >> 16 & 0xFF) - 0x41
        let second = Int(letters >> 8 & 0xFF) - 0x41
        return (first * 26 + second) * 26 + Int(letters & 0xFF) - 0x41
    }
}
