import CLinux
import Glibc

/// Termination signals as something to wait for instead of something that interrupts.
///
/// Must be made before any thread is started: threads inherit that the signals are blocked.
package struct Signals: ~Copyable {
    private let descriptor: Descriptor

    /// Takes over SIGTERM and SIGINT, or the ones given.
    package init(_ numbers: [CInt] = [SIGTERM, SIGINT]) throws(SystemError) {
        descriptor = try Descriptor(
            "signalfd", unsafe refgate_signals_create(numbers, CInt(numbers.count)))
    }

    /// Blocks until one of the signals comes, and gives its number.
    package borrowing func wait() throws(SystemError) -> CInt {
        while true {
            let signal = refgate_signals_next(descriptor.number)
            if signal > 0 { return signal }
            if signal < 0, errno != EINTR { throw SystemError("read") }
        }
    }

    /// Sends this process SIGTERM, which ends a `wait`.
    package static func requestStop() { _ = kill(getpid(), SIGTERM) }

    /// A write to a closed connection shall be an error of that write, not the end of the process.
    package static func ignoreBrokenPipes() {
        _ = refgate_ignore_sigpipe()
    }

    /// A file at its size limit (RLIMIT_FSIZE) shall be an error of that write, not the end of the process.
    package static func ignoreFileSizeLimit() {
        _ = refgate_ignore_sigxfsz()
    }

    /// Lets no signal end the process but those that ask it to end, and those that report a fault of its own.
    ///
    /// The default action of most others is to end it: a terminal that closes sends SIGHUP, log rotation
    /// often sends SIGHUP or SIGUSR1, and no command has a use for either.
    package static func ignoreStraySignals() { refgate_ignore_stray_signals() }
}
