import Synchronization

/// Where the writer puts up the programme that is in force, and loops look.
package final class ProgrammeBoard: Sendable {
    private let current: Mutex<Programme>
    private let number = Atomic<Int>(0)

    package init(_ programme: Programme) { current = Mutex(programme) }

    package var programme: Programme { current.withLock { $0 } }

    /// Changes whenever the programme does; cheap to ask.
    package var generation: Int { number.load(ordering: .acquiring) }

    package func put(_ programme: Programme) {
        current.withLock { $0 = programme }
        number.add(1, ordering: .releasing)
    }
}
