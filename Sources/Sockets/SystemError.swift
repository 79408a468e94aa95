import Glibc

/// A system call that failed for a reason outside this program.
package struct SystemError: Error, Equatable, Sendable {
    /// A call of the system, with its own name as the raw value.
    package enum Call: String, Sendable {
        case accept, bind, connect, eventfd, fcntl, fstat, getaddrinfo, getsockname, listen, open,
            pipe, read, recv,
            send, setsockopt, signalfd, socket
        case epollCreate1 = "epoll_create1"
        case epollCtl = "epoll_ctl"
        case inotifyInit1 = "inotify_init1"
        case inotifyAddWatch = "inotify_add_watch"
        case posixSpawn = "posix_spawn"
        case pthreadCreate = "pthread_create"
    }

    /// The call that failed.
    package let call: Call
    /// The value of `errno`.
    package let number: CInt

    /// - Parameter number: must not be EBADF, which is a programming error.
    package init(_ call: Call, _ number: CInt = errno) {
        self.call = call
        self.number = number
        // A closed or foreign descriptor is a programming error; continuing could affect an
        // unrelated socket.
        precondition(number != EBADF, "a system call was given a closed descriptor")
    }
}

extension SystemError {
    /// The meaning of a connection's failure for its caller.
    package enum Cause: Equatable, Sendable { case refused, reset, timedOut, other }

    /// The meaning of the number if it comes from a connection.
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
    /// True if this machine is out of a resource: descriptors, memory, buffers.
    package var isExhaustion: Bool {
        switch number {
        case EMFILE, ENFILE, ENOMEM, ENOBUFS: true
        default: false
        }
    }

    /// True for an error, returned before anything was sent, that comes from this machine: it has
    /// no route, no free port, no such network, a rule against the connection, or it is out of a
    /// resource. The same numbers returned later by the connection concern the peer.
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
    /// The call and the system's words for the number.
    package var description: String {
        "\(call.rawValue): \(unsafe String(cString: strerror(number)))"
    }
}
