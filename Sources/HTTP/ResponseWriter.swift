/// What must be known about a request to frame the answer to it (RFC 9112 sections 6.3, 9.3).
package struct AnswerFraming: Sendable, Equatable {
    /// HEAD is answered with the header section alone.
    package var omitsBody: Bool
    /// The connection ends after this answer.
    package var closes: Bool
    /// A client of HTTP/1.0 waits for the close unless told that there will be none.
    package var saysKeepAlive: Bool

    package init(omitsBody: Bool = false, closes: Bool = false, saysKeepAlive: Bool = false) {
        self.omitsBody = omitsBody
        self.closes = closes
        self.saysKeepAlive = saysKeepAlive
    }
}

extension Response {
    /// Appends the whole answer as it goes over the wire.
    ///
    /// - Parameter dateLine: a `Date` field with its line end, made once a second.
    package func write(
        to output: inout [UInt8], framing: AnswerFraming, dateLine: [UInt8]
    ) {
        output.reserve(forAppending: 256 + body.count)
        writeStatusLine(to: &output)
        output.append(contentsOf: dateLine)
        output.append(contentType.line)
        fields.forEach { name, value in
            if Self.isFraming(name) { return }
            output.append(titleCased: name)
            output.append(": ")
            output.append(contentsOf: value)
            output.append("\r\n")
        }
        if framing.closes {
            output.append("Connection: close\r\n")
        } else if framing.saysKeepAlive {
            output.append("Connection: keep-alive\r\n")
        }
        // RFC 9110 section 8.6: never in a 204; a 304 would have to give the length of another body.
        if status.isBodyless {
            output.append("\r\n")
            return
        }
        output.append("Content-Length: ")
        output.append(decimal: body.count)
        output.append("\r\n\r\n")
        if !framing.omitsBody { output.append(contentsOf: body) }
    }

    private func writeStatusLine(to output: inout [UInt8]) {
        if let line = status.line {
            output.append(line)
            return
        }
        output.append("HTTP/1.1 ")
        output.append(decimal: Int(status.code))
        output.append(" ")
        output.append(status.reason)
        output.append("\r\n")
    }

    /// Fields that say where a message ends are written here and nowhere else.
    private static func isFraming(_ name: ArraySlice<UInt8>) -> Bool {
        switch name.count {
        case 4: name.elementsEqual("date".utf8)
        case 10: name.elementsEqual("connection".utf8)
        case 14: name.elementsEqual("content-length".utf8)
        case 17: name.elementsEqual("transfer-encoding".utf8)
        default: false
        }
    }
}

extension [UInt8] {
    /// Grows at least by doubling: `reserveCapacity` alone would copy for every small answer.
    mutating func reserve(forAppending more: Int) {
        let needed = count + more
        if needed > capacity { reserveCapacity(Swift.max(needed, capacity * 2)) }
    }

    /// Appends a lower-case field name in the customary spelling: `Retry-After`.
    mutating func append(titleCased name: ArraySlice<UInt8>) {
        var starts = true
        for octet in name {
            append(starts && octet &- 0x61 < 26 ? octet & 0xDF : octet)
            starts = octet == UInt8(ascii: "-")
        }
    }
}
