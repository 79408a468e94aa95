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
                "another program uses it; stop that program, or choose another with \(option)"
                    + " (port 0 takes a free one)"
            case EACCES: "ports below 1024 require root; choose another with \(option)"
            case EADDRNOTAVAIL:
                "this machine does not have the address; choose one of its own with \(option)"
            default: "choose another with \(option)"
            }
        return Failure(.environment, "cannot listen on \(place) (\(error)): \(remedy)")
    }

    /// Returns the failure of a gateway that could not listen on an address.
    static func failure(_ address: Address, _ error: GatewayError) -> Failure {
        guard case .system(let error) = error, error.call == .bind else {
            return Failure(.environment, error.description)
        }
        return failure(address.description, error, option: "--listen")
    }
}
