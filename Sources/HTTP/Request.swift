/// One request. Handlers first see it without a body, to say whether the body shall be read.
package struct Request: Sendable {
    package var method: Method
    package var version: Version
    /// Whether the connection may serve another request after this one.
    package var keepAlive: Bool
    package var target: Target
    package var fields: Fields
    /// The content, chunked framing removed; empty until it was read.
    package var body: [UInt8]
    /// The length of the body as the head announces it: nil for a chunked body, 0 for none.
    package var announcedLength: Int?
    /// How many bytes arrived together with the head and behind it. They begin with the body, and a next
    /// request may follow.
    package var bytesBehindHead = 0
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

    package var announcesBody: Bool { announcedLength != 0 }

    /// Whether bytes of the body arrived together with the head.
    package var bodyHasBegun: Bool { bytesBehindHead > 0 }

    /// Whether the whole body arrived together with the head. Of a chunked body the head does not say it.
    package var bodyHasArrived: Bool { announcedLength.map { bytesBehindHead >= $0 } ?? false }

    /// The bytes of its head and its body.
    package var size: Int { fields.bytes.count + body.count }
}
