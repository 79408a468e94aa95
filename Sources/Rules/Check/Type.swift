/// The static type of a value. Checking is gradual: `dyn` is compatible with everything.
package indirect enum Type: Equatable, Sendable {
    case dyn
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    /// The type of types.
    case type
    case list(Type)
    case map(Type, Type)
    case optional(Type)
    case record(RecordType)
    /// A type named by the host, with its parameters.
    case opaque(String, [Type])
    /// A type parameter of an overload, by its name.
    case parameter(String)
    /// A type parameter of a call, to be inferred.
    case variable(Int)
    /// The type of a part with an error: reported once, and then compatible with everything.
    case error
}

extension RecordType: Equatable {
    /// Compares identities.
    package static func == (left: RecordType, right: RecordType) -> Bool { left === right }
}

extension Type: CustomStringConvertible {
    /// The type in CEL's notation.
    package var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .type: "type"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .optional(let inner): "optional_type(\(inner))"
        case .record(let record): record.name
        case .opaque(let name, let parameters):
            parameters.isEmpty
                ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .parameter(let name): name
        case .variable: "dyn"
        case .error: "error"
        }
    }
}

extension Type {
    var isDynamic: Bool { self == .dyn || self == .error }

    /// The parameters in pairs if both types have the same constructor; else nil.
    func parameters(alongside other: Type) -> [(Type, Type)]? {
        switch (self, other) {
        case (.list(let left), .list(let right)): [(left, right)]
        case (.map(let leftKey, let left), .map(let rightKey, let right)):
            [(leftKey, rightKey), (left, right)]
        case (.optional(let left), .optional(let right)): [(left, right)]
        case (.opaque(let leftName, let left), .opaque(let rightName, let right)):
            leftName == rightName && left.count == right.count ? Array(zip(left, right)) : nil
        default: nil
        }
    }

    /// The same type with each part replaced for which `replace` returns a type.
    func mapping(_ replace: (Type) -> Type?) -> Type {
        if let replaced = replace(self) { return replaced }
        return switch self {
        case .list(let element): .list(element.mapping(replace))
        case .map(let key, let value): .map(key.mapping(replace), value.mapping(replace))
        case .optional(let inner): .optional(inner.mapping(replace))
        case .opaque(let name, let parameters):
            .opaque(name, parameters.map { $0.mapping(replace) })
        default: self
        }
    }
}
