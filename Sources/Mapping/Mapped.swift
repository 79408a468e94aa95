import JSON

/// The result of mapping one body.
package enum Mapped: Sendable {
    case single(Item)
    /// The items that the source's `each` selected, possibly none; each is processed independently.
    case batch([BatchItem])

    /// The result of mapping one item.
    package enum Item: Equatable, Sendable {
        case event(MappedEvent)
        /// The source's filter excludes the item.
        case notOurs
        /// At least one problem, in the order of the fields; the first determines the response's
        /// code.
        case unmapped([MappingProblem])
    }

    /// One item of several, with the part of the body that it was read from: that part is stored
    /// with it, and its digest identifies it if it has no id.
    package struct BatchItem: Sendable {
        /// The part of the body that is this item.
        package let payload: JSON.Value
        /// The result of mapping it.
        package let item: Item
    }
}
