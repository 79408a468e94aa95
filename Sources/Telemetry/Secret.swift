/// A value that is never printed: log lines, error texts and dumps show `***`.
///
/// It is not comparable, so that no comparison leaks by its timing; code that needs the value calls
/// `reveal`.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    /// The value itself.
    package func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `***`.
    package var description: String { "***" }
    /// Always `***`.
    package var debugDescription: String { "***" }
    /// A mirror without children: `dump` and a failed test's report print those.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
