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

extension SystemError {
    /// This machine has no more of something: descriptors, memory, buffers.
    package var isExhaustion: Bool {
        switch number {
        case EMFILE, ENFILE, ENOMEM, ENOBUFS: true
        default: false
        }
    }

    /// Of an error that a system call returned before anything was sent: this machine could not begin
    /// to connect. It has no route, no free port, no such network, or a rule of its own against it, or
    /// it is exhausted. The same numbers that come later, from the connection, tell of the far end.
    package var isLocalRefusal: Bool {
        switch number {
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL, EAFNOSUPPORT, EACCES, EPERM,
            EAGAIN, ENOSPC:
            true
        default: isExhaustion
        }
    }
}

extension SystemError: CustomStringConvertible {
    package var description: String {
        "\(call): \(unsafe String(cString: strerror(number)))"
    }
}
