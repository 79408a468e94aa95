/// Status line and header section of a response, parsed in one piece.
struct ResponseHead {
    let status: Status
    let fields: Fields
    let keepsAlive: Bool

    /// - Parameter octets: the head with its closing empty line.
    init(_ octets: [UInt8]) throws(ResponseError) {
        var octets = octets
        Self.unfold(&octets)
        let lineEnd = octets.firstIndex(of: ASCII.carriageReturn) ?? 0
        status = try Self.status(of: octets[..<lineEnd])
        let isHTTP10 = octets[7] == UInt8(ascii: "0")
        var lines: [Fields.Line] = []
        var start = lineEnd
        // Every line ends with CR LF; the last one is empty.
        while true {
            guard octets[start] == ASCII.carriageReturn, octets[start + 1] == ASCII.lineFeed else {
                throw .malformedField
            }
            start += 2
            if start + 2 == octets.count { break }
            lines.append(try Self.line(in: octets, from: &start))
        }
        fields = Fields(head: octets, lines: lines)
        var saysClose = false
        var saysKeepAlive = false
        for value in fields.all("connection") {
            let bytes = Array(value)
            bytes.span.forEachElement(in: bytes.indices) { element, octets in
                if octets.equalsIgnoringCase("close", in: element) { saysClose = true }
                if octets.equalsIgnoringCase("keep-alive", in: element) { saysKeepAlive = true }
            }
        }
        keepsAlive = !saysClose && (!isHTTP10 || saysKeepAlive)
    }

    /// RFC 9112 section 5.2: a line that begins with white space continues the previous one; the
    /// line end becomes spaces.
    private static func unfold(_ octets: inout [UInt8]) {
        guard octets.count > 4 else { return }
        for index in 0..<octets.count - 4
        where octets[index] == ASCII.carriageReturn && octets[index + 1] == ASCII.lineFeed
            && ASCII.isBlank(octets[index + 2])
        {
            octets[index] = ASCII.space
            octets[index + 1] = ASCII.space
        }
    }

    /// `HTTP/1.1 204 No Content`; the phrase and the space before it may be missing.
    private static func status(of line: ArraySlice<UInt8>) throws(ResponseError) -> Status {
        let isComplete =
            line.count >= 12 && line.starts(with: "HTTP/1.".utf8) && ASCII.isDigit(line[7])
            && line[8] == ASCII.space && (line.count == 12 || line[12] == ASCII.space)
        guard isComplete else { throw .malformedStatusLine }
        var code = 0
        for octet in line[9..<12] {
            guard ASCII.isDigit(octet) else { throw .malformedStatusLine }
            code = code * 10 + Int(octet - 0x30)
        }
        let phrase = line.dropFirst(12)
        guard code >= 100, phrase.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == ASCII.tab }) else {
            throw .malformedStatusLine
        }
        return Status(code)
    }

    private static func line(
        in octets: [UInt8], from start: inout Int
    ) throws(ResponseError) -> Fields.Line {
        let nameStart = start
        var position = start
        while OctetSet.token.contains(octets[position]) { position += 1 }
        guard position > nameStart, octets[position] == UInt8(ascii: ":") else {
            throw .malformedField
        }
        let nameEnd = position
        position += 1
        while ASCII.isBlank(octets[position]) { position += 1 }
        let valueStart = position
        while octets[position] != ASCII.carriageReturn {
            let octet = octets[position]
            guard octet >= 0x20 && octet != 0x7F || octet == ASCII.tab else {
                throw .malformedField
            }
            position += 1
        }
        var valueEnd = position
        while valueEnd > valueStart, ASCII.isBlank(octets[valueEnd - 1]) { valueEnd -= 1 }
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
