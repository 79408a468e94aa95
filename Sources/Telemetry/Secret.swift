/// A value that no log line, error text or dump shows: however it is printed, `***` comes out.
///
/// It cannot be compared, so that no comparison leaks by its timing; whoever needs the value reveals it.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    package func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    /// Without children: `dump` and a failed test's report walk these.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
