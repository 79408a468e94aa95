/// One value of a document: a handle of two words. Nothing is copied from the text until it is
/// read.
package struct Value: Sendable {
    let text: Text
    let index: Int

    /// The JSON type of a value; numbers are split in two.
    package enum Kind: Equatable, Sendable {
        case null, bool
        /// A number without fraction or exponent that fits Int64.
        case integer
        /// Any other number.
        case decimal
        case string, array, object
    }

    var node: Node { text.nodes[index] }

    /// The JSON type of the value.
    package var kind: Kind {
        switch node.kind {
        case .null: .null
        case .true, .false: .bool
        case .integer: .integer
        case .decimal: .decimal
        case .string, .escapedString: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The byte range of the value in the text, quotes and brackets included.
    package var range: Range<Int> { node.range }
    /// The line and column of the value; counted at each call.
    package var position: Position { Position(of: Int(node.start), in: text.bytes) }
    /// The value's own text.
    package var source: ArraySlice<UInt8> { text.bytes[node.range] }

    /// True for `null`.
    package var isNull: Bool { node.isA(.null) }

    /// The value of `true` or `false`; nil for anything else.
    package var bool: Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }
}

// MARK: Numbers

extension Value {
    /// The value of an integer; nil for any decimal, also for 1.0 and 1e3.
    package var int: Int64? {
        let node = node
        guard node.isA(.integer) else { return nil }
        let negative = text.bytes[Int(node.start)] == UInt8(ascii: "-")
        var result: Int64 = 0
        // Counting downwards reaches Int64.min; the parser has checked that the number fits.
        for byte in text.bytes[negative ? node.range.dropFirst() : node.range] {
            result = result &* 10 &- Int64(byte &- 0x30)
        }
        return negative ? result : 0 &- result
    }

    /// The nearest double of any number; infinite for a number beyond the range, such as 1e999.
    package var double: Double? {
        numberText.flatMap(Double.init)
    }

    /// True for a number without fraction and exponent, of any size.
    package var isWholeNumber: Bool {
        let node = node
        if node.isA(.integer) { return true }
        guard node.isA(.decimal) else { return false }
        return text.bytes[node.range].allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
    }

    /// A number's own text, so that amounts lose no digits; nil for anything else.
    package var numberText: String? {
        let node = node
        guard node.isA(.integer) || node.isA(.decimal) else { return nil }
        return String(decoding: text.bytes[node.range], as: UTF8.self)
    }
}

// MARK: Strings

extension Value {
    /// A string's text, unescaped; nil for anything else.
    package var string: String? {
        let node = node
        switch node.kind {
        case .string:
            return String(decoding: text.bytes[node.content], as: UTF8.self)
        case .escapedString:
            return String(decoding: text.unescaped(node), as: UTF8.self)
        default:
            return nil
        }
    }

    /// True for a string that contains escapes, so that reading it makes a copy.
    package var isEscaped: Bool { node.isA(.escapedString) }

    /// A string's UTF-8, unescaped: a slice of the document if nothing is escaped; nil for anything
    /// else.
    package var stringBytes: ArraySlice<UInt8>? {
        let node = node
        switch node.kind {
        case .string: return text.bytes[node.content]
        case .escapedString: return text.unescaped(node)[...]
        default: return nil
        }
    }

    /// True if this is a string with exactly these bytes; canonical equivalence is ignored.
    package func equals(_ other: String) -> Bool {
        node.isString && text.content(of: node, equals: other)
    }
}

extension Node {
    var isString: Bool { isA(.string) || isA(.escapedString) }
    /// The byte range between the quotes.
    var content: Range<Int> { Int(start) + 1..<Int(end) - 1 }
}

extension Text {
    func unescaped(_ string: Node) -> [UInt8] {
        let bytes = bytes  // A span borrows a local, not a class's property.
        return unescape(bytes.span, string.range)
    }

    func content(of string: Node, equals other: String) -> Bool {
        content(of: string, equals: other.utf8.span)
    }

    func content(of string: Node, equals other: Span<UInt8>) -> Bool {
        guard !string.isA(.escapedString) else {
            let unescaped = unescaped(string)
            return same(unescaped.span, other)
        }
        guard string.content.count == other.count else { return false }
        let bytes = bytes
        return same(bytes.span.extracting(string.content), other)
    }

    private func same(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}
