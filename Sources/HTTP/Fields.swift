/// The header fields of one message: all names and values in one buffer, in the order received.
///
/// Names are stored in lower case (RFC 9110 section 5.1: they are case-insensitive), values without
/// surrounding white space. Lookups compare bytes and allocate nothing.
package struct Fields: Sendable {
    /// The ranges of one field's name and value in the buffer.
    struct Line: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The buffer that contains names and values. Parsed fields share it with the rest of the head.
    package private(set) var bytes: [UInt8]
    private var lines: [Line]

    package init() {
        bytes = []
        lines = []
    }

    /// Fields parsed in place: the buffer is the whole message head; names are lower-cased here.
    init(head: consuming [UInt8], lines: consuming [Line]) {
        bytes = consume head
        self.lines = consume lines
        lowerNames()
    }

    /// The number of field lines.
    package var count: Int { lines.count }
    /// True if there are no fields.
    package var isEmpty: Bool { lines.isEmpty }

    /// Appends a field; the name is lower-cased.
    ///
    /// The field must be valid: a name that is not a token, or a value with line ends or NUL, would
    /// forge other fields and is a programming error that traps.
    package mutating func append(_ name: String, _ value: String) {
        append(name: name.utf8, value: value.utf8)
    }

    /// Appends a field read from a database if it is valid. Rows of an earlier release may contain
    /// control characters, which a header must not.
    package mutating func append(stored name: String, _ value: String) {
        guard !name.isEmpty, name.utf8.allSatisfy({ ByteSet.token.contains($0) }),
            value.utf8.allSatisfy(Self.mayStandInValue)
        else { return }
        append(name, value)
    }

    private static func mayStandInValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == ASCII.tab
    }

    /// Appends a valid field given as bytes; the name is lower-cased.
    package mutating func append(
        name: some Collection<UInt8>, value: some Collection<UInt8>
    ) {
        let nameStart = UInt32(bytes.count)
        for byte in name {
            precondition(ByteSet.token.contains(byte), "a field name is a token")
            bytes.append(ASCII.lowercased(byte))
        }
        let valueStart = UInt32(bytes.count)
        precondition(valueStart > nameStart, "a field has a name")
        for byte in value {
            precondition(
                Self.mayStandInValue(byte), "a field value has no control characters")
            bytes.append(byte)
        }
        lines.append(
            Line(
                nameStart: nameStart, nameEnd: valueStart, valueStart: valueStart,
                valueEnd: UInt32(bytes.count)))
    }

    /// The number of field lines with this name, which must be given in lower case.
    package func count(of name: StaticString) -> Int {
        var found = 0
        for line in lines where matches(line, name) { found += 1 }
        return found
    }

    /// The bytes of the first field line with this name (lower case), if any.
    package func first(_ name: StaticString) -> ArraySlice<UInt8>? {
        for line in lines where matches(line, name) { return bytes[line.value] }
        return nil
    }

    /// The bytes of the first field line with this name (lower case), if any.
    package func first(_ name: String) -> ArraySlice<UInt8>? {
        for line in lines where matches(line, name) { return bytes[line.value] }
        return nil
    }

    /// The number of times a field occurs in a message, with the range of its value in `bytes` if
    /// that is once.
    package enum Occurrence: Equatable {
        case absent
        case once(Range<Int>)
        case repeated
    }

    /// The occurrence of a field, given in lower case. For callers that must not choose between two
    /// values, and that read the value in place.
    package func occurrence(of name: [UInt8]) -> Occurrence {
        var found: Line?
        for line in lines where matches(line, name) {
            if found != nil { return .repeated }
            found = line
        }
        guard let found else { return .absent }
        return .once(found.value)
    }

    /// All values of a field, in order.
    package func all(_ name: String) -> [ArraySlice<UInt8>] {
        lines.filter { matches($0, name) }.map { bytes[$0.value] }
    }

    /// Calls the closure with each field's name and value, in order.
    package func forEach(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        for line in lines { body(bytes[line.name], bytes[line.value]) }
    }

    private func matches(_ line: Line, _ name: StaticString) -> Bool {
        guard line.name.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { wanted in
            var position = Int(line.nameStart)
            for byte in wanted {
                if bytes[position] != byte { return false }
                position &+= 1
            }
            return true
        }
    }

    private func matches(_ line: Line, _ name: [UInt8]) -> Bool {
        guard line.name.count == name.count else { return false }
        var position = Int(line.nameStart)
        for byte in name {
            if bytes[position] != byte { return false }
            position &+= 1
        }
        return true
    }

    private func matches(_ line: Line, _ name: String) -> Bool {
        let wanted = name.utf8.span
        guard line.name.count == wanted.count else { return false }
        let all = bytes.span
        var position = Int(line.nameStart)
        for index in wanted.indices {
            if all[position] != wanted[index] { return false }
            position &+= 1
        }
        return true
    }

    /// Lowers the names eight bytes at a time; this runs over every field of every request.
    private mutating func lowerNames() {
        let count = bytes.count
        bytes.withUnsafeMutableBytes { buffer in
            for line in lines {
                var position = Int(line.nameStart)
                let end = Int(line.nameEnd)
                while position < end, position &+ 8 <= count {
                    let word = buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                    var upper = Word.upperCase(in: word)
                    // The last word may reach into the value, which stays as it is.
                    if end &- position < 8 { upper &= (1 &<< UInt64((end &- position) &* 8)) &- 1 }
                    buffer.storeBytes(of: word | upper, toByteOffset: position, as: UInt64.self)
                    position &+= 8
                }
                while position < end {
                    buffer[position] = ASCII.lowercased(buffer[position])
                    position &+= 1
                }
            }
        }
    }
}
