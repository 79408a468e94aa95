/// Appends compact JSON text to bytes, commas included. Calls in an order that is no JSON are our bug.
package struct Writer: Sendable {
    package private(set) var bytes: [UInt8]

    private var depth = 0
    /// Which of the innermost 64 open levels are objects, the innermost in the lowest bit.
    private var objects: UInt64 = 0
    private var state = State.first

    private enum State { case first, afterKey, afterValue }

    /// Goes on after what `bytes` holds.
    package init(appendingTo bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    package init(reservingCapacity capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func beginObject() { begin(UInt8(ascii: "{"), isObject: true) }
    package mutating func endObject() { end(UInt8(ascii: "}"), isObject: true) }
    package mutating func beginArray() { begin(UInt8(ascii: "["), isObject: false) }
    package mutating func endArray() { end(UInt8(ascii: "]"), isObject: false) }

    package mutating func key(_ key: String) {
        precondition(state != .afterKey, "a key is followed by a value")
        precondition(depth > 64 || depth > 0 && objects & 1 == 1, "a key stands in an object")
        if state == .afterValue { bytes.append(UInt8(ascii: ",")) }
        appendQuoted(key.utf8)
        bytes.append(UInt8(ascii: ":"))
        state = .afterKey
    }

    package mutating func string(_ string: String) {
        beforeValue()
        appendQuoted(string.utf8)
    }

    /// A string given as UTF-8, which it must be.
    package mutating func string(utf8 bytes: some Collection<UInt8>) {
        beforeValue()
        appendQuoted(bytes)
    }

    package mutating func integer(_ integer: some BinaryInteger) {
        beforeValue()
        bytes.append(contentsOf: String(integer).utf8)
    }

    /// The shortest text that reads back as the same double; null for what JSON has no number for.
    package mutating func double(_ double: Double) {
        beforeValue()
        bytes.append(contentsOf: (double.isFinite ? double.description : "null").utf8)
    }

    package mutating func bool(_ bool: Bool) {
        beforeValue()
        bytes.append(contentsOf: (bool ? "true" : "false").utf8)
    }

    package mutating func null() {
        beforeValue()
        bytes.append(contentsOf: "null".utf8)
    }

    /// One JSON value as it is, such as a value's `source` or a number's text.
    package mutating func raw(_ json: some Collection<UInt8>) {
        beforeValue()
        bytes.append(contentsOf: json)
    }

    private mutating func begin(_ bracket: UInt8, isObject: Bool) {
        beforeValue()
        bytes.append(bracket)
        depth += 1
        objects = objects << 1 | (isObject ? 1 : 0)
        state = .first
    }

    private mutating func end(_ bracket: UInt8, isObject: Bool) {
        precondition(depth > 0, "nothing is open")
        precondition(state != .afterKey, "a key is followed by a value")
        precondition(depth > 64 || (objects & 1 == 1) == isObject, "the other kind is open")
        bytes.append(bracket)
        depth -= 1
        objects >>= 1
        state = .afterValue
    }

    private mutating func beforeValue() {
        if state == .afterValue {
            precondition(
                depth > 64 || depth == 0 || objects & 1 == 0, "a member starts with its key")
            bytes.append(UInt8(ascii: ","))
        }
        state = .afterValue
    }

    private mutating func appendQuoted(_ utf8: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in utf8 {
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
                let digits: StaticString = "0123456789abcdef"
                bytes.append(contentsOf: "\\u00".utf8)
                digits.withUTF8Buffer {
                    bytes.append($0[Int(byte >> 4)])
                    bytes.append($0[Int(byte & 15)])
                }
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
