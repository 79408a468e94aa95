import Synchronization

/// What one connection has found out about the database's file, for all others of the process.
///
/// A connection that is opened after the file was overwritten cannot see it by itself.
final class OverwrittenFile: Sendable {
    private let state = Atomic(false)

    init() {}

    var isFound: Bool { state.load(ordering: .acquiring) }

    func found() { state.store(true, ordering: .releasing) }
}
