import Glibc
import Synchronization

/// The end of a pipe at which a test writes the input of a program.
package final class PipeWriter: Sendable {
    private let descriptor: Mutex<CInt>

    /// - Parameter descriptor: closed with the writer; -1 for one that takes nothing.
    package init(descriptor: CInt) { self.descriptor = Mutex(descriptor) }

    deinit { end() }

    package func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes all of it, unless the program has ended. The test process ignores SIGPIPE.
    package func write(_ bytes: [UInt8]) {
        descriptor.withLock { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Ends the input.
    package func end() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
