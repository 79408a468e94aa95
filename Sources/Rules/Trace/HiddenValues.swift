/// Texts that a trace must not show, such as a person's address, wherever a rule reads or produces
/// them.
package struct HiddenValues: Sendable {
    private var texts: Set<String> = []

    /// Hides nothing.
    package static let none = HiddenValues([])
    /// The replacement for a hidden part of a list or map.
    package static let mark = "(redacted)"

    /// Shorter texts are hidden only if they are the whole value, since many other values contain
    /// them.
    private static let shortestPart = 4

    /// Letters are compared without case.
    package init(_ texts: [String]) {
        for text in texts where !text.isEmpty { self.texts.insert(text.lowercased()) }
    }

    /// True if the value is or contains one of the texts, at any depth.
    func isIn(_ value: Value) -> Bool {
        guard !texts.isEmpty else { return false }
        if let inner = value.unwrapped, case .optional = value { return isIn(inner) }
        if let text = value.asString ?? value.digits { return isIn(text) }
        var elements = value.elements
        while let element = elements.next() { if isIn(element) { return true } }
        var entries = value.entries
        while let (key, element) = entries.next() {
            if isIn(key) || isIn(element) { return true }
        }
        return false
    }

    private func isIn(_ text: String) -> Bool {
        let text = text.lowercased()
        return texts.contains { hidden in
            text == hidden || hidden.utf8.count >= Self.shortestPart && text.contains(hidden)
        }
    }

    /// A list or map with marks in place of hidden parts; nil for a value without parts to keep.
    func masked(_ value: Value) -> Value? {
        if case .optional(let inner?) = value { return masked(inner).map { .optional($0) } }
        if value.isList {
            var parts: [Value] = []
            var elements = value.elements
            while let element = elements.next() { parts.append(part(element)) }
            return .list(parts)
        }
        guard value.isMap else { return nil }
        var parts: [Map.Entry] = []
        var entries = value.entries
        while let (key, element) = entries.next() {
            parts.append((isIn(key) ? .string(Self.mark) : key, part(element)))
        }
        return (try? Map(parts)).map { .map($0) }
    }

    private func part(_ value: Value) -> Value {
        guard isIn(value) else { return value }
        return masked(value) ?? .string(Self.mark)
    }
}
