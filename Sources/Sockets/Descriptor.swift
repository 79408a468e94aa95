import Glibc

/// A file descriptor with one owner, closed when that owner goes away.
package struct Descriptor: ~Copyable {
    package let number: CInt

    package init(adopting number: CInt) {
        precondition(number >= 0, "a failed system call has no descriptor to adopt")
        self.number = number
    }

    /// Adopts what a call returned, or throws the reason why there is nothing to adopt.
    init(_ call: StaticString, _ result: CInt) throws(SystemError) {
        guard result >= 0 else { throw SystemError(call) }
        self.init(adopting: result)
    }

    deinit { _ = Glibc.close(number) }
}
