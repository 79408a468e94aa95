import CLinux
import Glibc
import Paths

/// Waits for changes of the files in some folders (inotify(7)); their subfolders are not included.
package final class FolderWatch: Sendable {
    private let watch: Descriptor
    private let stopping: Descriptor

    /// Creates a watch of no folder.
    package init() throws(SystemError) {
        watch = try Descriptor(.inotifyInit1, refgate_watch_create())
        stopping = try Descriptor(.eventfd, refgate_event_create())
    }

    /// Adds a folder; one that was added before is kept.
    package func add(_ folder: String) throws(SystemError) {
        let path = SystemPath.cString(folder.isEmpty ? "." : folder)
        guard unsafe refgate_watch_add(watch.number, path) >= 0 else {
            throw SystemError(.inotifyAddWatch)
        }
    }

    /// Waits for a change, and then until nothing has changed for a twentieth of a second, because
    /// an editor writes a file in several steps. Returns false after `stop`.
    package func wait() -> Bool {
        guard isReady(milliseconds: -1) else { return false }
        repeat { discardEvents() } while isReady(milliseconds: 50)
        return !isStopped
    }

    /// Ends the current wait and all later ones.
    package func stop() { _ = refgate_event_signal(stopping.number) }

    /// True if a folder changed within the time; false also after `stop`.
    private func isReady(milliseconds: CInt) -> Bool {
        var descriptors = [
            pollfd(fd: stopping.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: watch.number, events: Int16(POLLIN), revents: 0),
        ]
        while unsafe poll(&descriptors, 2, milliseconds) < 0 {
            guard errno == EINTR else { return false }
        }
        return descriptors[0].revents == 0 && descriptors[1].revents != 0
    }

    private var isStopped: Bool {
        var descriptor = pollfd(fd: stopping.number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) > 0
    }

    private func discardEvents() {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while unsafe read(watch.number, &buffer, buffer.count) > 0 {}
    }
}
