import JSON

/// What a mapping made of one body.
package enum Mapped: Sendable {
    case single(Item)
    /// The source's `each` gave these, maybe none; each stands or falls alone.
    case batch([BatchItem])

    package enum Item: Equatable, Sendable {
        case event(MappedEvent)
        /// The source's filter says so.
        case notOurs
        /// At least one problem, in the order of the fields; the first decides the answer's code.
        case unmapped([MappingProblem])
    }

    /// One item of several, with the part of the body it was read from: what is stored with it, and
    /// digested where it has no id.
    package struct BatchItem: Sendable {
        package let payload: JSON.Value
        package let item: Item
    }
}
