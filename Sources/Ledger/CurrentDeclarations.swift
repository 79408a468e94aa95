import Synchronization

/// The declarations in force, published by the writer to the loops.
package final class CurrentDeclarations: Sendable {
    private let current: Mutex<CompiledDeclarations>
    private let number = Atomic<Int>(0)

    /// Publishes the first declarations.
    package init(_ declarations: CompiledDeclarations) { current = Mutex(declarations) }

    /// The declarations in force.
    package var declarations: CompiledDeclarations { current.withLock { $0 } }

    /// A number that changes with the declarations; cheap to read.
    package var generation: Int { number.load(ordering: .acquiring) }

    /// Publishes new declarations.
    package func put(_ declarations: CompiledDeclarations) {
        current.withLock { $0 = declarations }
        number.add(1, ordering: .releasing)
    }
}
