import Synchronization

/// A flag shared by all connections of the process: the database's file was overwritten.
///
/// A connection that is opened after that cannot detect it by itself.
final class OverwrittenFile: Sendable {
    private let state = Atomic(false)

    init() {}

    var isFound: Bool { state.load(ordering: .acquiring) }

    func found() { state.store(true, ordering: .releasing) }
}
