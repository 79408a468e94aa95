import Glibc

/// A system call that failed for a reason outside this program.
package struct SystemError: Error, Equatable, Sendable {
    package let call: StaticString
    package let number: CInt

    package init(_ call: StaticString, _ number: CInt = errno) {
        self.call = call
        self.number = number
        // A closed or foreign descriptor is our bug; going on would hit somebody else's socket.
        precondition(number != EBADF, "a system call was given a closed descriptor")
    }

    package static func == (left: SystemError, right: SystemError) -> Bool {
        left.number == right.number && left.call.description == right.call.description
    }
}

extension SystemError {
    /// What a failed connection means to whoever made it.
    package enum Cause: Equatable, Sendable { case refused, reset, timedOut, other }

    package var cause: Cause {
        switch number {
        case ECONNREFUSED: .refused
        case ECONNRESET, EPIPE, ECONNABORTED: .reset
        case ETIMEDOUT: .timedOut
        default: .other
        }
    }
}

extension SystemError: CustomStringConvertible {
    package var description: String {
        "\(call): \(unsafe String(cString: strerror(number)))"
    }
}
