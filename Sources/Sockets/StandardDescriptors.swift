import Glibc

/// Standard input, output and error as the process was started with them.
package enum StandardDescriptors {
    /// Takes the places of those that are closed, before anything else is opened: a database would otherwise
    /// become number 1 or 2, and text meant for a person would be written into it. Reads and writes of the
    /// closed ones keep failing with EBADF, as what takes their place is open for the opposite only.
    package static func fillClosed() {
        for (number, mode) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
        ] where fcntl(number, F_GETFD) < 0 {
            // The lowest number that is free is taken, and all below are open by now.
            _ = unsafe open("/dev/null", mode)
        }
    }
}
