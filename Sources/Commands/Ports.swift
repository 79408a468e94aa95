import Gateway
import Glibc
import Invocation
import Sockets

/// The reasons for which a port cannot be opened, with their solutions.
enum Ports {
    static func failure(_ place: String, _ error: SystemError, option: String) -> Failure {
        let remedy =
            switch error.number {
            case EADDRINUSE:
                "another program has it; end that one, or name another with \(option) (port 0 takes"
                    + " one that is free)"
            case EACCES: "ports below 1024 are root's; name another with \(option)"
            case EADDRNOTAVAIL:
                "this machine has no such address; name one of its own with \(option)"
            default: "name another with \(option)"
            }
        return Failure(.environment, "cannot listen on \(place) (\(error)): \(remedy)")
    }

    /// Returns the failure of a gateway that could not listen on an address.
    static func failure(_ address: Address, _ error: GatewayError) -> Failure {
        guard case .system(let error) = error, error.call.description == "bind" else {
            return Failure(.environment, error.description)
        }
        return failure(address.description, error, option: "--listen")
    }
}
