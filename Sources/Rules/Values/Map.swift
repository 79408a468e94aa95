import JSON

/// A map created by a rule or given by the host: entries in the order given, with unique keys.
///
/// Keys are bools, ints, uints and strings. Equal numbers are the same key, whatever their type.
package final class Map: Sendable {
    /// A key and its value.
    package typealias Entry = (key: Value, value: Value)

    /// The entries in the order given.
    package let entries: [Entry]
    /// The index of each key; small maps are searched sequentially instead.
    private let index: [Key: Int]

    private static let smallCount = 8

    /// Throws if a key is repeated or of another type.
    package init(_ entries: [Entry]) throws(EvaluationError) {
        var index: [Key: Int] = [:]
        if entries.count > Map.smallCount { index.reserveCapacity(entries.count) }
        for (position, entry) in entries.enumerated() {
            guard let key = Key(entry.key), !entry.key.isDouble else {
                throw EvaluationError(.unsupportedKey(type: entry.key.typeName.name))
            }
            guard index.updateValue(position, forKey: key) == nil else {
                throw EvaluationError(.repeatedKey)
            }
        }
        self.entries = entries
        self.index = entries.count > Map.smallCount ? index : [:]
    }

    /// An empty map.
    package init() {
        entries = []
        index = [:]
    }

    /// The value of a key; nil if it is absent.
    package subscript(key: Value) -> Value? {
        if entries.count > Map.smallCount {
            return Key(key).flatMap { index[$0] }.map { entries[$0].value }
        }
        if case .string(let name) = key { return self[name] }
        guard !entries.isEmpty, let wanted = Key(key) else { return nil }
        for entry in entries where Key(entry.key) == wanted { return entry.value }
        return nil
    }

    /// The value of a string key; nil if it is absent.
    package subscript(name: String) -> Value? {
        if entries.count > Map.smallCount {
            return index[.text(Array(name.utf8))].map { entries[$0].value }
        }
        for entry in entries {
            if case .string(let key) = entry.key, equalUTF8(key, name) { return entry.value }
        }
        return nil
    }

    /// A key in the canonical form of all equal keys.
    enum Key: Hashable {
        case bool(Bool)
        case int(Int64)
        /// Beyond the range of an int.
        case uint(UInt64)
        case text([UInt8])

        /// Returns nil for values that cannot be a key.
        init?(_ value: Value) {
            switch value.scalar {
            case .bool(let value): self = .bool(value)
            case .int(let value): self = .int(value)
            case .uint(let value):
                if let int = Int64(exactly: value) { self = .int(int) } else { self = .uint(value) }
            case .double(let value):
                if let int = Int64(exactly: value) {
                    self = .int(int)
                } else if let uint = UInt64(exactly: value) {
                    self = .uint(uint)
                } else {
                    return nil
                }
            case .string(let value): self = .text(Array(value.utf8))
            case .json(let value):
                guard let bytes = value.stringBytes else { return nil }
                self = .text(Array(bytes))
            default: return nil
            }
        }
    }
}

extension Value {
    fileprivate var isDouble: Bool {
        if case .double = scalar { true } else { false }
    }
}
