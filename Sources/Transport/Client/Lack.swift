import Sockets
import TLS

/// What this machine lacked for a call. The peer is not to blame for any of it.
package enum Lack: Error, Equatable, Sendable {
    /// No descriptor, memory, port or route.
    case system(SystemError)
    /// The name could not be asked for.
    case lookup(String)
    /// All threads that look up names were busy with others.
    case lookupPlaces
    /// All connections that calls may have are in use.
    case connections
    /// OpenSSL could not allocate, or could not be set up.
    case tls
    /// No certificate can be verified.
    case trust(TrustLack)
    /// The loop stood still for so long that deadlines passed unseen.
    case time
}

extension Lack: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let error): "this machine could not connect: \(error)"
        case .lookup(let reason): "this machine could not look up the name: \(reason)"
        case .lookupPlaces: "too many names are being looked up"
        case .connections: "too many connections are open"
        case .tls: "OpenSSL is out of memory or could not be set up"
        case .trust(let lack): lack.description
        case .time: "the gateway stood still"
        }
    }
}
