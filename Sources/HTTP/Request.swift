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
    package var peer: Peer

    package init(
        method: Method, target: Target, version: Version = .http11, keepAlive: Bool = true,
        fields: Fields = Fields(), body: [UInt8] = [], peer: Peer = .none
    ) {
        self.method = method
        self.version = version
        self.keepAlive = keepAlive
        self.target = target
        self.fields = fields
        self.body = body
        self.peer = peer
    }
}
