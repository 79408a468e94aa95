import CLinux
import Glibc

/// The kernel's list of watched descriptors (epoll(7)), level-triggered.
///
/// Safe to use: the buffer lives as long as the value and is indexed below its capacity.
@safe struct Poller: ~Copyable {
    /// The most events per wait; further events come with the next wait.
    private static let capacity = 256

    private let descriptor: Descriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>

    init() throws(SystemError) {
        descriptor = try Descriptor(.epollCreate1, refgate_epoll_create())
        unsafe events = .allocate(capacity: Self.capacity)
        unsafe events.initialize(repeating: epoll_event())
    }

    deinit { unsafe events.deallocate() }

    borrowing func add(
        _ number: CInt, for readiness: Readiness, value: UInt64
    ) throws(SystemError) {
        try control(EPOLL_CTL_ADD, number, readiness, value)
    }

    /// Apart from lack of memory, this fails only for a descriptor that is not watched, which is a
    /// programming error.
    borrowing func change(_ number: CInt, to readiness: Readiness, value: UInt64) {
        let result = refgate_epoll_control(
            descriptor.number, EPOLL_CTL_MOD, number, readiness.bits, value)
        precondition(result == 0, "only watched descriptors are changed")
    }

    borrowing func remove(_ number: CInt) {
        let result = refgate_epoll_control(descriptor.number, EPOLL_CTL_DEL, number, 0, 0)
        precondition(result == 0, "only watched descriptors are removed")
    }

    /// Waits for events and returns their number: 0 milliseconds does not block, -1 waits without
    /// limit.
    borrowing func wait(milliseconds: CInt) -> Int {
        let count = unsafe epoll_wait(
            descriptor.number, events.baseAddress!, CInt(Self.capacity), milliseconds)
        if count >= 0 { return Int(count) }
        precondition(errno == EINTR, "waiting fails for bad arguments only")
        return 0
    }

    /// The event at an index of the last wait.
    borrowing func event(at index: Int) -> (readiness: Readiness, value: UInt64) {
        let event = unsafe events[index]
        return unsafe (Readiness(bits: event.events), event.data.u64)
    }

    private borrowing func control(
        _ operation: CInt, _ number: CInt, _ readiness: Readiness, _ value: UInt64
    ) throws(SystemError) {
        let result = refgate_epoll_control(
            descriptor.number, operation, number, readiness.bits, value)
        guard result == 0 else { throw SystemError(.epollCtl) }
    }
}
