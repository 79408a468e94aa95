import Glibc

/// A file descriptor with one owner, closed when that owner goes away.
package struct Descriptor: ~Copyable {
    /// The descriptor's number; not to be closed or kept beyond the owner's life.
    package let number: CInt

    /// Takes ownership of an open descriptor.
    package init(adopting number: CInt) {
        precondition(number >= 0, "a failed system call has no descriptor to adopt")
        self.number = number
    }

    /// Adopts the result of a system call, or throws its error if the call failed.
    init(_ call: SystemError.Call, _ result: CInt) throws(SystemError) {
        guard result >= 0 else { throw SystemError(call) }
        self.init(adopting: result)
    }

    deinit { _ = Glibc.close(number) }
}
