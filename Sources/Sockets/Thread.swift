import CLinux
import Glibc

/// A POSIX thread that is joined once.
package struct Thread: ~Copyable {
    private let handle: pthread_t

    /// Runs the body on a new thread. Nonisolated, so that the closure carries no actor with it.
    package nonisolated init(
        name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        // The box is owned by the new thread, which releases it first of all; when no thread comes
        // to be, it is released here.
        let box = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let failure = unsafe pthread_create(&handle, nil, runThread, box.toOpaque())
        guard failure == 0 else {
            unsafe box.release()
            throw SystemError("pthread_create", failure)
        }
        self.handle = handle
    }

    /// Lets the calling thread step back behind the others when processors are scarce: ten steps of
    /// niceness are about a tenth of a share.
    package static func stepBack() {
        // A thread that may not be moved keeps its priority, which harms nothing.
        _ = refgate_lower_thread_priority(10)
    }

    /// Lets it run on by itself; nobody waits for its end.
    package consuming func detach() {
        pthread_detach(handle)
    }

    /// Waits until the body has returned.
    package consuming func join() {
        pthread_join(handle, nil)
    }
}

private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

/// The entry point for C; the context is the box retained in `Thread.init`.
private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
    // The kernel keeps fifteen octets of a name; a longer one would be refused.
    unsafe _ = refgate_name_thread(String(start.name.prefix(15)))
    start.body()
    return nil
}
