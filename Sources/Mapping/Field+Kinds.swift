import Rules

extension Field {
    /// A kind of value that an expression may have, named as in CEL.
    package enum Kind: String, Sendable { case string, int, bool, timestamp, list, map }

    /// The kinds of value that an expression of the field may have. A field may also be absent or
    /// null.
    package var kinds: [Kind] {
        switch self {
        case .each: [.list]
        case .filter, .test: [.bool]
        case .amount, .paid: [.int]
        case .occurredAt: [.timestamp, .string]
        case .referralCode: [.string, .int, .list, .map]
        case .businessKey: [.string, .int, .list]
        case .eventID, .customer: [.string, .int]
        case .goal, .currency, .email, .firstName, .reversal: [.string]
        }
    }

    /// True for ids: a whole number is read as its digits.
    var takesDigits: Bool { kinds.starts(with: [.string, .int]) }

    /// The type of an expression's value that an error asks for; an optional of it is allowed as
    /// well.
    var type: Type {
        switch kinds.first {
        case .bool?: .bool
        case .int?: .int
        case .timestamp?: .timestamp
        case .list?: .list(.dyn)
        default: .string
        }
    }

    /// True if values of a type may have the field's type.
    func takes(_ type: Type) -> Bool {
        switch type {
        case .dyn, .null: true
        case .string: kinds.contains(.string)
        case .int: kinds.contains(.int)
        case .uint: takesDigits
        case .bool: kinds.contains(.bool)
        case .timestamp: kinds.contains(.timestamp)
        case .list: kinds.contains(.list)
        case .map: kinds.contains(.map)
        default: false
        }
    }
}
