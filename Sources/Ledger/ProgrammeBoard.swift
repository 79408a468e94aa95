import Synchronization

/// The declarations in force, published by the writer to the loops.
package final class ProgrammeBoard: Sendable {
    private let current: Mutex<Programme>
    private let number = Atomic<Int>(0)

    /// Publishes the first declarations.
    package init(_ programme: Programme) { current = Mutex(programme) }

    /// The declarations in force.
    package var programme: Programme { current.withLock { $0 } }

    /// A number that changes with the declarations; cheap to read.
    package var generation: Int { number.load(ordering: .acquiring) }

    /// Publishes new declarations.
    package func put(_ programme: Programme) {
        current.withLock { $0 = programme }
        number.add(1, ordering: .releasing)
    }
}
