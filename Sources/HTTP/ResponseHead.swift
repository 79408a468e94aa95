/// Status line and header section of a response, parsed in one piece.
struct ResponseHead {
    let status: Status
    let fields: Fields
    let keepsAlive: Bool

    /// - Parameter bytes: the head with its closing empty line.
    init(_ bytes: [UInt8]) throws(ResponseError) {
        var bytes = bytes
        Self.unfold(&bytes)
        let lineEnd = bytes.firstIndex(of: ASCII.carriageReturn) ?? 0
        status = try Self.status(of: bytes[..<lineEnd])
        let isHTTP10 = bytes[7] == UInt8(ascii: "0")
        var lines: [Fields.Line] = []
        var start = lineEnd
        // Every line ends with CR LF; the last one is empty.
        while true {
            guard bytes[start] == ASCII.carriageReturn, bytes[start + 1] == ASCII.lineFeed else {
                throw .malformedField
            }
            start += 2
            if start + 2 == bytes.count { break }
            lines.append(try Self.line(in: bytes, from: &start))
        }
        fields = Fields(head: bytes, lines: lines)
        var saysClose = false
        var saysKeepAlive = false
        for value in fields.all("connection") {
            let bytes = Array(value)
            bytes.span.forEachElement(in: bytes.indices) { element, bytes in
                if bytes.equalsIgnoringCase("close", in: element) { saysClose = true }
                if bytes.equalsIgnoringCase("keep-alive", in: element) { saysKeepAlive = true }
            }
        }
        keepsAlive = !saysClose && (!isHTTP10 || saysKeepAlive)
    }

    /// RFC 9112 section 5.2: a line that begins with white space continues the previous one; the
    /// line end becomes spaces.
    private static func unfold(_ bytes: inout [UInt8]) {
        guard bytes.count > 4 else { return }
        for index in 0..<bytes.count - 4
        where bytes[index] == ASCII.carriageReturn && bytes[index + 1] == ASCII.lineFeed
            && ASCII.isBlank(bytes[index + 2])
        {
            bytes[index] = ASCII.space
            bytes[index + 1] = ASCII.space
        }
    }

    /// `HTTP/1.1 204 No Content`; the phrase and the space before it may be missing.
    private static func status(of line: ArraySlice<UInt8>) throws(ResponseError) -> Status {
        let isComplete =
            line.count >= 12 && line.starts(with: "HTTP/1.".utf8) && ASCII.isDigit(line[7])
            && line[8] == ASCII.space && (line.count == 12 || line[12] == ASCII.space)
        guard isComplete else { throw .malformedStatusLine }
        var code = 0
        for byte in line[9..<12] {
            guard ASCII.isDigit(byte) else { throw .malformedStatusLine }
            code = code * 10 + Int(byte - 0x30)
        }
        let phrase = line.dropFirst(12)
        guard code >= 100, phrase.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == ASCII.tab }) else {
            throw .malformedStatusLine
        }
        return Status(code)
    }

    private static func line(
        in bytes: [UInt8], from start: inout Int
    ) throws(ResponseError) -> Fields.Line {
        let nameStart = start
        var position = start
        while ByteSet.token.contains(bytes[position]) { position += 1 }
        guard position > nameStart, bytes[position] == UInt8(ascii: ":") else {
            throw .malformedField
        }
        let nameEnd = position
        position += 1
        while ASCII.isBlank(bytes[position]) { position += 1 }
        let valueStart = position
        while bytes[position] != ASCII.carriageReturn {
            let byte = bytes[position]
            guard byte >= 0x20 && byte != 0x7F || byte == ASCII.tab else {
                throw .malformedField
            }
            position += 1
        }
        var valueEnd = position
        while valueEnd > valueStart, ASCII.isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        start = position
        return Fields.Line(
            nameStart: UInt32(nameStart), nameEnd: UInt32(nameEnd),
            valueStart: UInt32(valueStart), valueEnd: UInt32(valueEnd))
    }

    /// RFC 9112 section 6.3: true for a message with both a coding and a length, or a 204 with
    /// either, whose end is ambiguous. A 304 gives the length of a body that it does not send.
    var hasDoubtfulFraming: Bool {
        let hasCoding = fields.first("transfer-encoding") != nil
        let length = fields.first("content-length")
        guard status.code == 204 else { return hasCoding && length != nil }
        return hasCoding || length.map { !$0.elementsEqual("0".utf8) } ?? false
    }

    /// The end of the body; nil if it ends with the connection (RFC 9112 section 6.3).
    func framing() throws(ResponseError) -> Framing? {
        let codings = fields.all("transfer-encoding")
        if !codings.isEmpty {
            guard codings.count == 1, let coding = codings.first,
                String(decoding: coding, as: UTF8.self).lowercased() == "chunked"
            else { throw .unknownTransferCoding }
            return .chunked
        }
        let lengths = fields.all("content-length")
        guard let first = lengths.first else { return nil }
        guard lengths.allSatisfy({ $0.elementsEqual(first) }), !first.isEmpty, first.count <= 18,
            first.allSatisfy(ASCII.isDigit)
        else { throw .invalidContentLength }
        return .length(first.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
}
