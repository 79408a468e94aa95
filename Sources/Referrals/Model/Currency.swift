/// An ISO 4217 code: three letters, kept upper-case.
///
/// Only the letters are checked, because rows of earlier releases hold other words. `Rules.Currency` has the
/// list, which declarations and events are checked against.
package struct Currency: Hashable, Sendable {
    /// The three letters, the first in the highest byte.
    private let letters: UInt32

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

    package var text: String {
        let bytes = [
            UInt8(letters >> 16 & 0xFF), UInt8(letters >> 8 & 0xFF), UInt8(letters & 0xFF),
        ]
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How many decimal digits the minor unit stands for (ISO 4217, list one).
    package var minorDigits: Int {
        switch text {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
            "VND", "VUV", "XAF", "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case "CLF", "UYW": 4
        default: 2
        }
    }
}
