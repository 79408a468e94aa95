import HTTP
import Sockets
import TLS

/// The reason why a call has no response.
package enum CallFailure: Error, Equatable, Sendable {
    /// The stage that a call had reached when its deadline passed.
    package enum Stage: String, Equatable, Sendable {
        case lookup = "looking up the name"
        case connecting, handshake = "the TLS handshake"
        case sending, waiting = "waiting for the response"
        case reading = "reading the response"
    }

    case dns(String)
    case addressRefused(DestinationFault)
    case refused
    case reset
    case unreachable(SystemError)
    case timeout(Stage)
    case tls(TLSError)
    case malformed(ResponseError)
    /// The connection closed before the response was complete.
    case closed(ResponseError)
    /// The client is being closed.
    case stopped
    /// This machine lacked a resource; the peer is not involved.
    case lacking(Lack)

    /// - Parameter error: of an established connection or an attempt in progress.
    init(_ error: SystemError, at stage: Stage) {
        switch error.cause {
        case _ where error.isExhaustion: self = .lacking(.system(error))
        case .refused: self = .refused
        case .reset: self = .reset
        case .timedOut: self = .timeout(stage)
        case .other: self = .unreachable(error)
        }
    }

    /// - Parameter error: of starting to connect, before anything was sent.
    init(dialling error: SystemError) {
        self = error.isLocalRefusal ? .lacking(.system(error)) : Self(error, at: .connecting)
    }

    init(_ error: TLSError) {
        switch error {
        case .library: self = .lacking(.tls)
        case .trust(let lack): self = .lacking(.trust(lack))
        case .certificate, .handshake: self = .tls(error)
        }
    }

    init(_ failure: NameLookup.Failure) {
        self = failure.isLocal ? .lacking(.lookup(failure.reason)) : .dns(failure.reason)
    }

    init(_ error: ResponseError) {
        if case .incomplete = error { self = .closed(error) } else { self = .malformed(error) }
    }

    /// A short, stable identifier for programs.
    package var code: String {
        switch self {
        case .dns: "dns"
        case .addressRefused: "address_refused"
        case .refused: "refused"
        case .reset: "reset"
        case .unreachable: "unreachable"
        case .timeout: "timeout"
        case .tls: "tls"
        case .malformed: "malformed_answer"
        case .closed: "closed"
        case .stopped: "stopped"
        case .lacking: "gateway"
        }
    }
}

extension CallFailure: CustomStringConvertible {
    /// The failure in words.
    package var description: String {
        switch self {
        case .dns(let reason): "the name has no address: \(reason)"
        case .addressRefused(let fault): "the address may not be called: \(fault)"
        case .refused: "the connection was refused; nothing listens there"
        case .reset: "the connection was reset"
        case .unreachable(let error): "the address cannot be reached: \(error)"
        case .timeout(let stage): "timed out while \(stage.words)"
        case .tls(let error): error.description
        case .malformed(let error): "the response is malformed: \(error)"
        case .closed(let error): error.description
        case .stopped: "the gateway is stopping"
        case .lacking(let lack): lack.description
        }
    }
}

extension CallFailure.Stage {
    fileprivate var words: String {
        switch self {
        case .lookup, .connecting, .waiting, .reading: rawValue
        case .handshake: "in \(rawValue)"
        case .sending: "sending"
        }
    }
}
