/// Conversion between file paths as the system has them, any bytes but NUL, and `String`, which
/// holds only UTF-8.
///
/// In the text, a byte that is not part of valid UTF-8 is represented by a code point of the last
/// private-use plane, so that a path can be joined, compared and printed like any other text and
/// still leads to its file. A path that really contains a code point of that range has it converted
/// byte by byte too, so that two different paths never become the same text.
package enum SystemPath {
    /// The code point that represents the byte 0.
    private static let first: UInt32 = 0x10_FE00

    /// The text of a path or of another argument of the program.
    package static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: isByte)
        {
            return text
        }
        var scalars = String.UnicodeScalarView()
        var rest = bytes[...]
        while let byte = rest.first {
            // The shortest prefix that is valid UTF-8 is one code point.
            let scalar = (1...4).lazy.filter { $0 <= rest.count }
                .compactMap { String(validating: rest.prefix($0), as: UTF8.self) }
                .first?.unicodeScalars.first
            if let scalar, !isByte(scalar) {
                scalars.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                if let stand = Unicode.Scalar(first + UInt32(byte)) { scalars.append(stand) }
                rest = rest.dropFirst()
            }
        }
        return String(scalars)
    }

    /// The bytes of a path; the inverse of `text(_:)`.
    package static func bytes(_ text: String) -> [UInt8] {
        guard text.unicodeScalars.contains(where: isByte) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if isByte(scalar) {
                bytes.append(UInt8(scalar.value - first))
            } else {
                bytes += UTF8.encode(scalar).map { Array($0) } ?? []
            }
        }
        return bytes
    }

    /// The bytes of a path followed by a NUL, for system calls.
    package static func cString(_ text: String) -> [CChar] {
        bytes(text).map { CChar(bitPattern: $0) } + [0]
    }

    private static func isByte(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= first && scalar.value <= first + 0xFF
    }
}
