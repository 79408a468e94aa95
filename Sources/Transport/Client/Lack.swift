import Sockets
import TLS

/// A resource that this machine lacked for a call. The peer is not the cause.
package enum Lack: Error, Equatable, Sendable {
    /// No descriptor, memory, port or route.
    case system(SystemError)
    /// The lookup could not be performed.
    case lookup(String)
    /// All lookup threads were busy with other names.
    case lookupPlaces
    /// All connections that the client may have are in use.
    case connections
    /// OpenSSL could not allocate, or could not be set up.
    case tls
    /// No certificate can be verified.
    case trust(TrustLack)
    /// The loop was stalled for so long that deadlines passed unnoticed.
    case time
}

extension Lack: CustomStringConvertible {
    /// The lack in words.
    package var description: String {
        switch self {
        case .system(let error): "this machine could not connect: \(error)"
        case .lookup(let reason): "this machine could not look up the name: \(reason)"
        case .lookupPlaces: "too many names are being looked up"
        case .connections: "too many connections are open"
        case .tls: "OpenSSL is out of memory or could not be set up"
        case .trust(let lack): lack.description
        case .time: "the gateway was stalled"
        }
    }
}
