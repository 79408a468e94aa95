import Inbound
import Sockets
import Storage

/// Why a gateway cannot start.
package enum GatewayError: Error, CustomStringConvertible {
    case database(DatabaseError)
    case key(SecretBox.Failure)
    case programme(ProgrammeLoader.Failure)
    case settlement(SettlementError)
    case system(SystemError)

    package var description: String {
        switch self {
        case .database(let error): error.description
        case .key(let error): error.description
        case .programme(let error): error.description
        case .settlement(let error): error.description
        case .system(let error): "\(error)"
        }
    }
}
