/// The part of a request head that is the same for all requests to one URL, built once.
package struct OutgoingHead: Equatable, Sendable {
    private let bytes: [UInt8]

    /// - Parameters:
    ///   - target: path and query.
    ///   - fields: sent with the given spelling; each must be valid, as for `Fields.append`.
    package init(
        method: String, target: String, authority: String,
        fields: [(name: String, value: String)]
    ) {
        var bytes = Array("\(method) \(target) HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
        for field in fields { bytes.appendField(field.name, field.value) }
        self.bytes = bytes
    }

    /// A complete request with additional fields and its body.
    package func request(
        adding fields: [(name: String, value: String)], body: [UInt8]
    ) -> [UInt8] {
        var request: [UInt8] = []
        request.reserveCapacity(bytes.count + 320 + body.count)
        request.append(contentsOf: bytes)
        for field in fields { request.appendField(field.name, field.value) }
        request.append("Content-Length: ")
        request.append(decimal: body.count)
        request.append("\r\n\r\n")
        request.append(contentsOf: body)
        return request
    }
}

extension [UInt8] {
    fileprivate mutating func appendField(_ name: String, _ value: String) {
        precondition(
            !name.isEmpty && name.utf8.allSatisfy(ByteSet.token.contains),
            "a field name is a token")
        precondition(
            value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == ASCII.tab },
            "a field value has no control characters")
        append(contentsOf: name.utf8)
        append(": ")
        append(contentsOf: value.utf8)
        append("\r\n")
    }
}
