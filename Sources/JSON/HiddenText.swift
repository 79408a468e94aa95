/// Characters that are invisible or change how others are displayed: controls, line separators,
/// overrides of the writing direction, zero-width characters. Names must not contain any, and none
/// is written to a terminal unescaped.
package enum HiddenText {
    /// True if a text contains such a character. White space at its ends is ignored if the text
    /// `isTrimmed` later; joiners are ignored if the text `isProse`.
    package static func isIn(
        _ text: String, isTrimmed: Bool = false, isProse: Bool = false
    ) -> Bool {
        if isPlainASCII(text) { return false }
        var scalars = text.unicodeScalars[...]
        if isTrimmed {
            scalars = scalars.drop(while: \.properties.isWhitespace)
            while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        }
        return scalars.contains { isHidden($0) && !(isProse && isJoiner($0)) }
    }

    /// True if the text begins or ends with white space or such a character.
    package static func isAround(_ text: String) -> Bool {
        [text.unicodeScalars.first, text.unicodeScalars.last].contains { scalar in
            scalar.map { $0.properties.isWhitespace || isHidden($0) } ?? false
        }
    }

    /// The text without such characters. Joiners and variation selectors stay: names in some
    /// scripts need them, and they do not move other characters.
    package static func removed(from text: String) -> String {
        if isPlainASCII(text) { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { isJoiner($0) || !isHidden($0) }))
    }

    /// The text with each such character as `\u{…}`, for a terminal. Line ends and tabs stay if
    /// `keepsLines`.
    package static func escaped(_ text: String, keepsLines: Bool = false) -> String {
        if isPlainASCII(text) { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            let isLayout = keepsLines && (scalar == "\n" || scalar == "\t")
            if isLayout || !isHidden(scalar) {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return shown
    }

    /// JSON text with each such character as `\\uXXXX`, for a terminal; it parses to the same
    /// value. Line ends and tabs between the values stay.
    package static func escaped(json: [UInt8]) -> [UInt8] {
        guard var next = json.firstIndex(where: { $0 >= 0x7F }) else { return json }
        var shown: [UInt8] = []
        shown.reserveCapacity(json.count + 64)
        // Nearly all bytes are plain ASCII, which needs no look-up in Unicode's tables.
        var start = json.startIndex
        while next < json.endIndex {
            shown.append(contentsOf: json[start..<next])
            start = json[next...].firstIndex { $0 < 0x7F } ?? json.endIndex
            appendEscaped(json[next..<start], to: &shown)
            next = json[start...].firstIndex { $0 >= 0x7F } ?? json.endIndex
        }
        shown.append(contentsOf: json[start...])
        return shown
    }

    private static func appendEscaped(_ bytes: ArraySlice<UInt8>, to shown: inout [UInt8]) {
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            guard isHidden(scalar) else {
                shown.append(contentsOf: scalar.utf8)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                shown.append(contentsOf: "\\u".utf8)
                shown.append(contentsOf: String(repeating: "0", count: 4 - digits.count).utf8)
                shown.append(contentsOf: digits.utf8)
            }
        }
    }

    private static func isPlainASCII(_ text: String) -> Bool {
        let utf8 = text.utf8.span
        for index in utf8.indices where utf8[index] < 0x20 || utf8[index] >= 0x7F { return false }
        return true
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// True for ZERO WIDTH NON-JOINER and JOINER, and the variation selectors of emoji and
    /// ideographs.
    private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200C, 0x200D, 0xFE00...0xFE0F, 0xE0100...0xE01EF: true
        default: false
        }
    }
}
