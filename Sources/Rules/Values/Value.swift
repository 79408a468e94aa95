import JSON

/// One value that a rule reads or creates.
///
/// JSON stays where it was parsed: a `json` is a handle, and only the parts that a rule reads are
/// extracted from the text. Strings compare as code points, never by canonical equivalence; use
/// `==` on values, not on the strings inside.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map(Map)
    case timestamp(Timestamp)
    /// In nanoseconds.
    case duration(Int64)
    case type(TypeName)
    indirect case optional(Value?)
    /// A string, an array, an object or a number with a fraction; created by `Value(_:
    /// JSON.Value)`.
    case json(JSON.Value)
    case record(Record)
    case table(any StringTable)

    /// The value of JSON text: integers that fit become ints, other numbers stay text until they
    /// are read.
    package init(_ json: JSON.Value) {
        switch json.kind {
        case .null: self = .null
        case .bool: self = .bool(json.bool ?? false)
        case .integer: self = .int(json.int ?? 0)
        case .decimal, .string, .array, .object: self = .json(json)
        }
    }
}

/// The name of a type as a value, the result of `type(x)`.
package struct TypeName: Equatable, Sendable {
    /// The name in rules.
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// A map of strings provided by the host, such as the header fields of a request.
package protocol StringTable: AnyObject, Sendable {
    /// The string under a name, if any.
    func string(named name: String) -> String?
    /// All names, each once, in a fixed order.
    var names: [String] { get }
}

// MARK: - Reading

extension Value {
    /// True for null.
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// The value of a bool; nil for anything else.
    package var asBool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The value of an int; nil for anything else.
    package var asInt: Int64? { if case .int(let value) = self { value } else { nil } }

    /// The text of a string, of a rule or of JSON; nil for anything else.
    package var asString: String? {
        switch self {
        case .string(let value): value
        case .json(let value): value.string
        default: nil
        }
    }

    /// The digits of a whole number, as they are in JSON if it came from there: a double would lose
    /// digits of an id beyond Int64.
    package var digits: String? {
        switch self {
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .json(let value): value.isWholeNumber ? value.numberText : nil
        default: nil
        }
    }

    /// The elements of a list, of a rule or of JSON; nil for anything else.
    package var asList: [Value]? {
        switch self {
        case .list(let values): values
        case .json(let value): value.kind == .array ? value.elements.map(Value.init) : nil
        default: nil
        }
    }

    /// The value without the optional around it; nil for `optional.none()`.
    package var unwrapped: Value? {
        if case .optional(let inner) = self { inner?.unwrapped } else { self }
    }

    /// A JSON number with a fraction as a double; anything else unchanged.
    var scalar: Value {
        if case .json(let value) = self, value.kind == .decimal, let double = value.double {
            return .double(double)
        }
        return self
    }

    var isString: Bool {
        switch self {
        case .string: true
        case .json(let value): value.kind == .string
        default: false
        }
    }

    var isList: Bool {
        switch self {
        case .list: true
        case .json(let value): value.kind == .array
        default: false
        }
    }

    /// True for a map, an object of JSON, a record or a string table.
    package var isMap: Bool {
        switch self {
        case .map, .table, .record: true
        case .json(let value): value.kind == .object
        default: false
        }
    }

    /// The name of the value's type, as in `type()` and in messages.
    package var typeName: TypeName {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list
        case .map, .table: .map
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .optional: .optional
        case .record(let record): TypeName(record.type.name)
        case .json(let value): TypeName(kind: value.kind)
        }
    }
}

extension TypeName {
    package static let null = TypeName("null_type")
    package static let bool = TypeName("bool")
    package static let int = TypeName("int")
    package static let uint = TypeName("uint")
    package static let double = TypeName("double")
    package static let string = TypeName("string")
    package static let bytes = TypeName("bytes")
    package static let list = TypeName("list")
    package static let map = TypeName("map")
    package static let timestamp = TypeName("google.protobuf.Timestamp")
    package static let duration = TypeName("google.protobuf.Duration")
    package static let type = TypeName("type")
    package static let optional = TypeName("optional_type")

    /// The types that a rule may name.
    static let named: [TypeName] = [
        .null, .bool, .int, .uint, .double, .string, .bytes, .list, .map, .timestamp, .duration,
        .type, .optional,
    ]

    init(kind: JSON.Value.Kind) {
        switch kind {
        case .null: self = .null
        case .bool: self = .bool
        case .integer: self = .int
        case .decimal: self = .double
        case .string: self = .string
        case .array: self = .list
        case .object: self = .map
        }
    }
}
