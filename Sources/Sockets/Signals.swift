import CLinux
import Glibc

/// Termination signals that a thread waits for, instead of handlers that interrupt.
///
/// Must be created before any thread is started: threads inherit the blocked signals.
package struct Signals: ~Copyable {
    private let descriptor: Descriptor

    /// Blocks SIGTERM and SIGINT, or the given signals, so that `wait` receives them.
    package init(_ numbers: [CInt] = [SIGTERM, SIGINT]) throws(SystemError) {
        descriptor = try Descriptor(
            .signalfd, unsafe refgate_signals_create(numbers, CInt(numbers.count)))
    }

    /// Blocks until one of the signals arrives and returns its number.
    package borrowing func wait() throws(SystemError) -> CInt {
        while true {
            let signal = refgate_signals_next(descriptor.number)
            if signal > 0 { return signal }
            if signal < 0, errno != EINTR { throw SystemError(.read) }
        }
    }

    /// Sends this process SIGTERM, which ends a `wait`.
    package static func requestStop() { _ = kill(getpid(), SIGTERM) }

    /// Makes a write to a closed connection fail with EPIPE instead of ending the process.
    package static func ignoreBrokenPipes() {
        _ = refgate_ignore_sigpipe()
    }

    /// Makes a write beyond the size limit of files (RLIMIT_FSIZE) fail with EFBIG instead of
    /// ending the process.
    package static func ignoreFileSizeLimit() {
        _ = refgate_ignore_sigxfsz()
    }

    /// Ignores all signals except those that ask the process to end and those that report a fault
    /// of its own.
    ///
    /// The default action of most others is to end it: a terminal that closes sends SIGHUP, log
    /// rotation often sends SIGHUP or SIGUSR1, and no command uses either.
    package static func ignoreStraySignals() { refgate_ignore_stray_signals() }
}
