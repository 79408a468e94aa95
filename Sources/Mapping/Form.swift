import JSON

/// The reason why a form body cannot be read as a map of strings.
package enum FormError: Error, Equatable, Sendable {
    case notUTF8
    case repeatedName(String)
    case tooManyPairs(limit: Int)
    case tooLarge
}

extension FormError: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .notUTF8: "the form is not UTF-8"
        case .repeatedName(let name): "the form has more than one '\(name.prefix(60))'"
        case .tooManyPairs(let limit): "the form has more than \(limit) fields"
        case .tooLarge: "the form is too large"
        }
    }
}

/// Bodies of `application/x-www-form-urlencoded`, converted into a JSON document: an object of
/// strings in the order received.
///
/// Decoding follows the URL standard (url.spec.whatwg.org, section 5.1): a malformed escape is
/// text. Input in which two readers could see two values is refused: a repeated name, bytes that
/// are not UTF-8.
package enum Form {
    static let mostPairs = 1000

    /// Converts a body; throws the reason why it cannot be read.
    package static func document(from body: [UInt8]) throws(FormError) -> Document {
        var writer = Writer(reservingCapacity: body.count + 16)
        var seen: Set<[UInt8]> = []
        writer.beginObject()
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let sign = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = decoded(pair[..<sign])
            let value = decoded(pair[sign...].dropFirst())
            guard let text = String(validating: name, as: UTF8.self),
                String(validating: value, as: UTF8.self) != nil
            else { throw .notUTF8 }
            guard seen.insert(name).inserted else { throw .repeatedName(text) }
            guard seen.count <= mostPairs else { throw .tooManyPairs(limit: mostPairs) }
            writer.key(text)
            writer.string(utf8: value)
        }
        writer.endObject()
        do {
            return try Document(parsing: writer.bytes)
        } catch {
            // An object of distinct keys and UTF-8 strings can only be refused for its size.
            throw .tooLarge
        }
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first?.hexDigit,
                let low = rest.dropFirst().first?.hexDigit
            {
                bytes.append(high << 4 | low)
                rest.removeFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return bytes
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
