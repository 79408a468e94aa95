import JSON

// Checks of texts that are the same in every format.

/// Returns the text if it is not empty, not too long, and free of hidden characters. The limit is
/// in bytes.
package func checked(_ text: String, atMost limit: Int) throws(Fault) -> String {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= limit else { throw .tooLong(bytes: text.utf8.count, limit: limit) }
    guard !HiddenText.isIn(text, isProse: true) else { throw .controlCharacter }
    return text
}

/// Reads an identifier. A hidden character in it would make two people look the same.
package func readIdentifier(_ text: String) throws(Fault) -> String {
    guard !HiddenText.isIn(text) else { throw .controlCharacter }
    return text
}

/// Reads an absolute http or https URL.
package func readURL(_ text: String) throws(Fault) -> String {
    let rest =
        if text.prefix(8).lowercased() == "https://" {
            text.dropFirst(8)
        } else if text.prefix(7).lowercased() == "http://" {
            text.dropFirst(7)
        } else { text.prefix(0) }
    guard let first = rest.utf8.first, first != UInt8(ascii: "/"),
        text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw .malformed(.url, text) }
    return text
}

/// Returns the text if it has no white space around it.
package func surroundedByNothing(_ text: String) throws(Fault) -> String {
    guard !HiddenText.isAround(text) else {
        throw .malformed(.surroundedBySpace, text)
    }
    return text
}

/// True for an ASCII letter or digit.
package func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
}
