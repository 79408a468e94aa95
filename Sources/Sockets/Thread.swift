import CLinux
import Glibc

/// A POSIX thread that is joined or detached exactly once.
package struct Thread: ~Copyable {
    private let handle: pthread_t

    /// Runs the body on a new thread. Nonisolated, so that the closure inherits no actor.
    package nonisolated init(
        name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        // The new thread owns the box and releases it first of all; if no thread is created, it is
        // released here.
        let box = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let failure = unsafe pthread_create(&handle, nil, runThread, box.toOpaque())
        guard failure == 0 else {
            unsafe box.release()
            throw SystemError(.pthreadCreate, failure)
        }
        self.handle = handle
    }

    /// Lowers the priority of the calling thread: ten steps of niceness leave it about a tenth of a
    /// share when processors are scarce.
    package static func stepBack() {
        // A thread that may not change its niceness keeps its priority, which is harmless.
        _ = refgate_lower_thread_priority(10)
    }

    /// Lets the thread run without being joined.
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
    // The kernel keeps fifteen bytes of a name and refuses a longer one.
    unsafe _ = refgate_name_thread(String(start.name.prefix(15)))
    start.body()
    return nil
}
