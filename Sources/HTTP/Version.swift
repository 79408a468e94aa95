/// The protocol version of a message. A higher minor version is read as 1.1 (RFC 9110 section 2.5).
package enum Version: UInt8, Sendable, Hashable {
    case http10, http11
}
