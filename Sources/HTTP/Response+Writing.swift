/// The facts about a request that determine the framing of its response (RFC 9112 sections 6.3,
/// 9.3).
package struct AnswerFraming: Sendable, Equatable {
    /// True for HEAD, whose response has no body.
    package var omitsBody: Bool
    /// True if the connection closes after this response.
    package var closes: Bool
    /// True for a client of HTTP/1.0 that keeps the connection, which waits for the close unless
    /// the response announces that there is none.
    package var saysKeepAlive: Bool

    package init(omitsBody: Bool = false, closes: Bool = false, saysKeepAlive: Bool = false) {
        self.omitsBody = omitsBody
        self.closes = closes
        self.saysKeepAlive = saysKeepAlive
    }
}

extension Response {
    /// Appends the complete response in its wire format.
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
        // RFC 9110 section 8.6: never in a 204; a 304 would have to give the length of the body
        // that it does not send.
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

    /// True for fields that define the end of a message, which are written here and nowhere else.
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
    /// Reserves at least twice the capacity: `reserveCapacity` alone would copy for every small
    /// response.
    mutating func reserve(forAppending more: Int) {
        let needed = count + more
        if needed > capacity { reserveCapacity(Swift.max(needed, capacity * 2)) }
    }

    /// Appends a lower-case field name in the customary spelling: `Retry-After`.
    mutating func append(titleCased name: ArraySlice<UInt8>) {
        var starts = true
        for byte in name {
            append(starts && byte &- 0x61 < 26 ? byte & 0xDF : byte)
            starts = byte == UInt8(ascii: "-")
        }
    }
}
