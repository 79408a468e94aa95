import JSON

/// The contents of lists and maps, of rules and of JSON.
extension Value {
    /// The number of elements of a list or entries of a map; 0 for anything else.
    var elementCount: Int {
        switch self {
        case .list(let values): values.count
        case .map(let map): map.entries.count
        case .json(let value): value.count
        case .table(let table): table.names.count
        case .record(let record): record.values.reduce(0) { $0 + ($1 == nil ? 0 : 1) }
        default: 0
        }
    }

    /// The elements of a list, in order; empty for anything else.
    var elements: Elements {
        switch self {
        case .list(let values): Elements(.values(values, next: 0))
        case .json(let value): Elements(.json(value.elements))
        default: Elements(.values([], next: 0))
        }
    }

    struct Elements: IteratorProtocol {
        enum State {
            case values([Value], next: Int)
            case json(JSON.Value.Elements)
        }

        private var state: State

        init(_ state: State) { self.state = state }

        mutating func next() -> Value? {
            switch state {
            case .values(let values, let index):
                guard index < values.count else { return nil }
                state = .values(values, next: index + 1)
                return values[index]
            case .json(var elements):
                guard let element = elements.next() else { return nil }
                state = .json(elements)
                return Value(element)
            }
        }
    }

    /// The keys and values of a map, in order; empty for anything else.
    var entries: Entries {
        switch self {
        case .map(let map): Entries(.map(map, next: 0))
        case .json(let value): Entries(.json(value.members))
        case .table(let table): Entries(.table(table, table.names, next: 0))
        case .record(let record): Entries(.record(record, next: 0))
        default: Entries(.map(Map(), next: 0))
        }
    }

    struct Entries: IteratorProtocol {
        enum State {
            case map(Map, next: Int)
            case json(JSON.Value.Members)
            case table(any StringTable, [String], next: Int)
            case record(Record, next: Int)
        }

        private var state: State

        init(_ state: State) { self.state = state }

        mutating func next() -> (key: Value, value: Value)? {
            switch state {
            case .map(let map, let index):
                guard index < map.entries.count else { return nil }
                state = .map(map, next: index + 1)
                return map.entries[index]
            case .json(var members):
                guard let (key, value) = members.next() else { return nil }
                state = .json(members)
                return (.string(key.string), Value(value))
            case .table(let table, let names, let index):
                guard index < names.count else { return nil }
                state = .table(table, names, next: index + 1)
                return (.string(names[index]), .string(table.string(named: names[index]) ?? ""))
            case .record(let record, var index):
                while index < record.values.count {
                    defer { index += 1 }
                    guard let value = record.values[index] else { continue }
                    state = .record(record, next: index + 1)
                    return (.string(record.type.fields[index].name), value)
                }
                return nil
            }
        }
    }

    /// The value of a map's key of any type; nil if it is absent or this is not a map.
    func find(_ key: Value) -> Value? {
        switch self {
        case .map(let map): map[key]
        case .json, .table, .record: key.asString.flatMap { find(name: $0) }
        default: nil
        }
    }

    /// The value of a map's key; nil if it is absent or this is not a map.
    package func find(name: String) -> Value? {
        switch self {
        case .json(let value): value[name].map(Value.init)
        case .map(let map): map[name]
        case .table(let table): table.string(named: name).map(Value.string)
        case .record(let record): record[name]
        default: nil
        }
    }

    /// The bytes of a string or the elements of a list or map, on which costs depend.
    var size: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .optional(let inner): inner?.size ?? 0
        case .json(let value) where value.kind == .string: max(value.range.count - 2, 0)
        default: elementCount
        }
    }

    /// The cost of reading the value before anything is done with it: JSON is unescaped, parsed or
    /// searched each time, and its size is chosen by the sender.
    var readingCost: Int {
        guard case .json(let value) = self else { return 0 }
        switch value.kind {
        case .string, .decimal: return value.range.count / (value.isEscaped ? 16 : 1024)
        case .object: return value.count / 24
        case .null, .bool, .integer, .array: return 0
        }
    }

    /// A short text for messages.
    var shown: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .double(let value): DoubleText.shortest(value)
        case .string(let value): "'\(value.prefix(60))'"
        case .json(let value) where value.kind == .string: "'\((value.string ?? "").prefix(60))'"
        case .json(let value) where value.kind == .decimal: value.numberText ?? ""
        case .timestamp(let value): value.description
        case .duration(let value): DurationText.format(value)
        case .type(let type): type.name
        default: typeName.name
        }
    }
}
