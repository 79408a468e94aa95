import Synchronization

/// What one connection has found out about the database's file, for all others of the process.
///
/// A connection that is opened after the file was overwritten cannot see it by itself.
package final class OverwrittenFile: Sendable {
    private let state = Atomic(false)

    package init() {}

    package var isFound: Bool { state.load(ordering: .acquiring) }

    package func found() { state.store(true, ordering: .releasing) }
}
