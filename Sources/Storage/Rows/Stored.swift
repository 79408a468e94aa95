/// A word of a stored row. A database of a later release may hold words that this one does not know.
package struct Stored<Value: RawRepresentable>: Equatable, Sendable where Value.RawValue == String {
    /// The word as stored.
    package let text: String

    package init(_ text: String) { self.text = text }

    /// The meaning of the word; nil for a word that this release does not know.
    package var value: Value? { Value(rawValue: text) }
}
