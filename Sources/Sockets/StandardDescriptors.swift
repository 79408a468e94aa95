import Glibc

/// Standard input, output and error as the process was started with them.
package enum StandardDescriptors {
    /// Fills the numbers of closed standard descriptors before any other file is opened: otherwise
    /// a database could become number 1 or 2, and text meant for a person would be written into it.
    /// Reads and writes of the closed ones keep failing with EBADF, because their replacements are
    /// open for the opposite direction only.
    package static func fillClosed() {
        for (number, mode) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
        ] where fcntl(number, F_GETFD) < 0 {
            // open(2) takes the lowest free number, and all below are open by now.
            _ = unsafe open("/dev/null", mode)
        }
    }
}
