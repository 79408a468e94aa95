/// A writer that appends JSON text to bytes and adds the commas. Calls in an order that makes no
/// valid JSON are programming errors and trap.
///
/// Only the characters that RFC 8259 section 7 requires are escaped: quote, backslash and control
/// characters.
package struct Writer: Sendable {
    /// The white space between values.
    package enum Layout: Sendable {
        case compact
        /// A line for each element and member, two spaces for each level.
        case indented
    }

    /// The text written so far.
    package private(set) var bytes: [UInt8]

    private let layout: Layout
    private var depth = 0
    /// One bit per open level, set for an object; the outermost level in the lowest bit, for the
    /// outermost 64.
    private var objects: UInt64 = 0
    private var state = State.first

    private enum State { case first, afterKey, afterValue }

    /// Continues after the content of `bytes`.
    package init(appendingTo bytes: [UInt8] = [], layout: Layout = .compact) {
        self.bytes = bytes
        self.layout = layout
    }

    /// Starts an empty text with room for `capacity` bytes.
    package init(reservingCapacity capacity: Int) {
        self.init()
        bytes.reserveCapacity(capacity)
    }
}

// MARK: Arrays and objects

extension Writer {
    /// Opens an object, as a value of the enclosing array or of the last key.
    package mutating func beginObject() { begin(UInt8(ascii: "{"), isObject: true) }
    /// Closes the innermost object.
    package mutating func endObject() { end(UInt8(ascii: "}"), isObject: true) }
    /// Opens an array, as a value of the enclosing array or of the last key.
    package mutating func beginArray() { begin(UInt8(ascii: "["), isObject: false) }
    /// Closes the innermost array.
    package mutating func endArray() { end(UInt8(ascii: "]"), isObject: false) }

    /// Writes a key of the open object. Uniqueness of the keys is up to the caller.
    package mutating func key(_ key: String) {
        beforeKey()
        appendQuoted(key)
        afterKey()
    }

    private mutating func begin(_ bracket: UInt8, isObject: Bool) {
        beforeValue()
        bytes.append(bracket)
        depth += 1
        // Shifting by 64 or more leaves nothing.
        objects = objects & ~(1 << (depth - 1)) | ((isObject ? 1 : 0) << (depth - 1))
        state = .first
    }

    private mutating func end(_ bracket: UInt8, isObject: Bool) {
        precondition(depth > 0, "nothing is open")
        precondition(state != .afterKey, "a key is followed by a value")
        precondition(innermost(isObject: isObject), "the other kind is open")
        depth -= 1
        if state == .afterValue { breakLine() }
        bytes.append(bracket)
        state = .afterValue
    }

    private mutating func beforeKey() {
        precondition(depth > 0 && innermost(isObject: true), "a key stands in an object")
        precondition(state != .afterKey, "a key is followed by a value")
        if state == .afterValue { bytes.append(UInt8(ascii: ",")) }
        breakLine()
    }

    private mutating func afterKey() {
        bytes.append(UInt8(ascii: ":"))
        if layout == .indented { bytes.append(UInt8(ascii: " ")) }
        state = .afterKey
    }

    private mutating func beforeValue() {
        if state != .afterKey {
            if depth > 0 {
                precondition(innermost(isObject: false), "a member starts with its key")
                if state == .afterValue { bytes.append(UInt8(ascii: ",")) }
                breakLine()
            } else {
                precondition(state == .first, "a text is one value")
            }
        }
        state = .afterValue
    }

    /// True if the innermost open level is of the given kind; always true deeper than 64 levels,
    /// which are not recorded.
    private func innermost(isObject: Bool) -> Bool {
        depth > 64 || (objects >> (depth - 1) & 1 == 1) == isObject
    }

    private mutating func breakLine() {
        guard layout == .indented else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { bytes.append(contentsOf: "  ".utf8) }
    }
}

// MARK: Scalars

extension Writer {
    /// Writes a string.
    package mutating func string(_ string: String) {
        beforeValue()
        appendQuoted(string)
    }

    /// Writes a string given as UTF-8; invalid sequences become U+FFFD.
    package mutating func string(utf8 bytes: ArraySlice<UInt8>) {
        beforeValue()
        let span = bytes.span
        if span.skipPlain(0) == span.count {
            self.bytes.append(UInt8(ascii: "\""))
            self.bytes.append(contentsOf: bytes)
            self.bytes.append(UInt8(ascii: "\""))
        } else {
            appendQuoted(String(decoding: bytes, as: UTF8.self))
        }
    }

    package mutating func string(utf8 bytes: [UInt8]) { string(utf8: bytes[...]) }

    /// Writes an integer.
    package mutating func integer(_ integer: Int64) {
        beforeValue()
        bytes.append(contentsOf: String(integer).utf8)
    }

    package mutating func integer(_ integer: Int) { self.integer(Int64(integer)) }

    package mutating func integer(_ integer: some BinaryInteger) {
        beforeValue()
        bytes.append(contentsOf: String(integer).utf8)
    }

    /// Writes the shortest text that reads back as the same double; null for infinities and NaN.
    package mutating func double(_ double: Double) {
        beforeValue()
        bytes.append(contentsOf: (double.isFinite ? double.description : "null").utf8)
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ bool: Bool) {
        beforeValue()
        bytes.append(contentsOf: (bool ? "true" : "false").utf8)
    }

    /// Writes `null`.
    package mutating func null() {
        beforeValue()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes JSON text as it is, such as a value's `source` or a number's text; the caller
    /// guarantees that it is one JSON value.
    package mutating func raw(_ json: some Collection<UInt8>) {
        beforeValue()
        bytes.append(contentsOf: json)
    }

    private mutating func appendQuoted(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        let span = string.utf8.span
        if span.skipPlain(0, passingNonASCII: true) == span.count {
            // One copy: a string's UTF-8 view would otherwise be appended index by index.
            span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        } else {
            for byte in string.utf8 { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x08: bytes.append(contentsOf: "\\b".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0C: bytes.append(contentsOf: "\\f".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            bytes.append(contentsOf: String(byte & 0xF, radix: 16).utf8)
        default: bytes.append(byte)
        }
    }
}

// MARK: Values read before

extension Writer {
    /// Writes a value of a document in this writer's layout: numbers keep their text, strings are
    /// escaped again.
    package mutating func value(_ value: Value) {
        let text = value.text
        // The open arrays and objects, the innermost last. A loop and not recursion, as the text
        // decides on the depth.
        var opened: [(isObject: Bool, end: Int)] = []
        var index = value.index
        repeat {
            let node = text.nodes[index]
            index += 1
            if let innermost = opened.last, innermost.isObject, state != .afterKey {
                beforeKey()
                appendScalar(node, of: text)
                afterKey()
                continue
            }
            if node.isContainer {
                let isObject = node.isA(.object)
                opened.append((isObject, Int(node.link)))
                if isObject { beginObject() } else { beginArray() }
            } else {
                beforeValue()
                appendScalar(node, of: text)
            }
            while let innermost = opened.last, innermost.end == index {
                opened.removeLast()
                if innermost.isObject { endObject() } else { endArray() }
            }
        } while !opened.isEmpty
    }

    /// Writes any scalar; only a string with escapes differs from its source.
    private mutating func appendScalar(_ node: Node, of text: Text) {
        if node.isA(.escapedString) {
            appendQuoted(String(decoding: text.unescaped(node), as: UTF8.self))
        } else {
            bytes.append(contentsOf: text.bytes[node.range])
        }
    }
}

extension Value {
    /// The value as compact JSON text: no white space, numbers unchanged, strings escaped again.
    package var compactText: [UInt8] {
        var writer = Writer()
        writer.value(self)
        return writer.bytes
    }
}
