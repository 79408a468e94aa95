import CLinux
import Glibc

/// The arguments that the program was started with.
package enum ProcessArguments {
    /// The arguments without the program's name, byte for byte: a path need not be UTF-8. Unlike
    /// `CommandLine.arguments` they are available where `/proc` is not mounted.
    package static var bytes: [[UInt8]] {
        (1..<max(1, refgate_argument_count())).map { index in
            let text = unsafe refgate_argument_at(index)
            return unsafe text.map {
                unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
            }
                ?? []
        }
    }
}
