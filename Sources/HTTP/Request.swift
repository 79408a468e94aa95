/// One request. Handlers first receive it without a body, to decide if the body is read.
package struct Request: Sendable {
    /// The request method.
    package var method: Method
    /// The version of HTTP that the client speaks.
    package var version: Version
    /// True if the connection may serve another request after this one.
    package var keepAlive: Bool
    /// Path and query.
    package var target: Target
    /// The header fields.
    package var fields: Fields
    /// The body without chunked framing; empty until it was read.
    package var body: [UInt8]
    /// The length of the body announced by the head: nil for a chunked body, 0 for none.
    package var announcedLength: Int?
    /// The number of bytes that arrived together with the head and follow it. They begin with the
    /// body; the next request may follow.
    package var bytesBehindHead = 0
    /// The address that the request came from.
    package var peer: Peer

    package init(
        method: Method, target: Target, version: Version = .http11, keepAlive: Bool = true,
        fields: Fields = Fields(), body: [UInt8] = [], announcedLength: Int? = 0,
        peer: Peer = .none
    ) {
        self.method = method
        self.version = version
        self.keepAlive = keepAlive
        self.target = target
        self.fields = fields
        self.body = body
        self.announcedLength = announcedLength
        self.peer = peer
    }

    /// True if the head announces a body that is not empty.
    package var announcesBody: Bool { announcedLength != 0 }

    /// True if bytes of the body arrived together with the head.
    package var bodyHasBegun: Bool { bytesBehindHead > 0 }

    /// True if the whole body arrived together with the head; false for a chunked body, whose head
    /// does not show it.
    package var bodyHasArrived: Bool { announcedLength.map { bytesBehindHead >= $0 } ?? false }

    /// The number of bytes of head and body.
    package var size: Int { fields.bytes.count + body.count }
}
