/// The header fields of one message: all names and values in one buffer, in the order received.
///
/// Names are stored in lower case (RFC 9110 section 5.1: they are case-insensitive), values without
/// surrounding white space. Look-ups compare bytes and allocate nothing.
package struct Fields: Sendable {
    /// Where one field stands in the buffer.
    private struct Line: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var lines: [Line] = []

    package init() {}

    package var count: Int { lines.count }

    /// Appends a field; the name is lower-cased on the way in.
    package mutating func append(_ name: String, _ value: String) {
        append(name: name.utf8, value: value.utf8)
    }

    package mutating func append(
        name: some Collection<UInt8>, value: some Collection<UInt8>
    ) {
        let nameStart = bytes.count
        for byte in name {
            bytes.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
        }
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        lines.append(Line(name: nameStart..<valueStart, value: valueStart..<bytes.count))
    }

    /// The number of field lines with this name, which must be given in lower case.
    package func count(of name: StaticString) -> Int {
        lines.reduce(0) { $0 + (matches($1, name) ? 1 : 0) }
    }

    /// The bytes of the first field line with this name (lower case), if any.
    package func first(_ name: StaticString) -> ArraySlice<UInt8>? {
        for line in lines where matches(line, name) { return bytes[line.value] }
        return nil
    }

    /// The bytes of the first field line with this name (lower case), if any.
    package func first(_ name: String) -> ArraySlice<UInt8>? {
        for line in lines where bytes[line.name].elementsEqual(name.utf8) {
            return bytes[line.value]
        }
        return nil
    }

    /// All values of a field, in order.
    package func all(_ name: String) -> [ArraySlice<UInt8>] {
        lines.filter { bytes[$0.name].elementsEqual(name.utf8) }.map { bytes[$0.value] }
    }

    /// Calls the closure with each field's name and value, in order.
    package func forEach(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        for line in lines { body(bytes[line.name], bytes[line.value]) }
    }

    private func matches(_ line: Line, _ name: StaticString) -> Bool {
        guard line.name.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { bytes[line.name].elementsEqual($0) }
    }
}
