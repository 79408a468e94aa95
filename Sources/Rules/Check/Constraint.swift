/// A comparison of one part of a rule with constants, such as `x >= 5000` or `x in [1, 2]`.
struct Constraint {
    /// The values that the part may have.
    private enum Range {
        case among([Value])
        case except([Value])
        case above(Value, inclusive: Bool)
        case below(Value, inclusive: Bool)
    }

    /// The part as canonical text.
    let subject: String
    private let range: Range
    /// True if only whole numbers are possible, so that none lies between 5 and 6.
    private let isWhole: Bool

    private init(_ subject: String, _ range: Range, isWhole: Bool = false) {
        self.subject = subject
        self.range = range
        self.isWhole = isWhole
    }

    /// Reads a term of `&&` or `||`. A term without a comparison is a constraint to `true`.
    ///
    /// - Parameter constant: the value of an expression that has the same value for all facts.
    init?(_ term: Expression, types: [Type], constant: (Expression) -> Value?) {
        switch term.kind {
        case .literal: return nil
        case .not(let inner):
            guard let found = Constraint(inner, types: types, constant: constant) else {
                return nil
            }
            self = found.negated
        case .binary(.in, let subject, let list):
            guard case .list(let elements) = list.kind else { return nil }
            let values = elements.compactMap { constant($0.value) }
            guard values.count == elements.count, constant(subject) == nil else { return nil }
            self.init(Printer.text(of: subject), .among(values))
        case .binary(let kind, let left, let right):
            if let value = constant(right), constant(left) == nil {
                self.init(kind, left, value, types)
            } else if let value = constant(left), constant(right) == nil {
                self.init(kind.mirrored, right, value, types)
            } else {
                return nil
            }
        default:
            guard types[term.id] == .bool else { return nil }
            self.init(Printer.text(of: term), .among([.bool(true)]))
        }
    }

    private init?(_ kind: BinaryOperator, _ subject: Expression, _ value: Value, _ types: [Type]) {
        let range: Range? =
            switch kind {
            case .equal: .among([value])
            case .notEqual: .except([value])
            case .less: .below(value, inclusive: false)
            case .lessOrEqual: .below(value, inclusive: true)
            case .greater: .above(value, inclusive: false)
            case .greaterOrEqual: .above(value, inclusive: true)
            default: nil
            }
        guard let range else { return nil }
        self.init(Printer.text(of: subject), range, isWhole: types[subject.id] == .int)
    }

    /// The constraint that holds exactly where this one does not.
    var negated: Constraint {
        let other: Range =
            switch range {
            case .among(let values): .except(values)
            case .except(let values): .among(values)
            case .above(let value, let inclusive): .below(value, inclusive: !inclusive)
            case .below(let value, let inclusive): .above(value, inclusive: !inclusive)
            }
        return Constraint(subject, other, isWhole: isWhole)
    }

    /// True if no value satisfies both constraints on the same part.
    ///
    /// - Parameter order: the order of two constants; nil if there is none.
    func excludes(_ other: Constraint, order: (Value, Value) -> Value.Order?) -> Bool {
        guard subject == other.subject else { return false }
        switch (range, other.range) {
        case (.among(let values), _):
            return values.allSatisfy { other.admits($0, order: order) == false }
        case (_, .among): return other.excludes(self, order: order)
        case (.above(let low, let first), .below(let high, let second)):
            switch order(low, high) {
            case .after: return true
            case .same: return !(first && second)
            case .before: return isWhole && Self.haveNoneBetween(low, first, high, second)
            default: return false
            }
        case (.below, .above): return other.excludes(self, order: order)
        default: return false
        }
    }

    /// True if a value satisfies the constraint; nil if that cannot be compared.
    private func admits(_ value: Value, order: (Value, Value) -> Value.Order?) -> Bool? {
        switch range {
        case .among(let values):
            let orders = values.map { order(value, $0) }
            if orders.contains(.same) { return true }
            return orders.contains { $0 == nil } ? nil : false
        case .except(let values):
            let orders = values.map { order(value, $0) }
            if orders.contains(.same) { return false }
            return orders.contains { $0 == nil } ? nil : true
        case .above(let bound, let inclusive):
            return order(value, bound).map { $0 == .after || (inclusive && $0 == .same) }
        case .below(let bound, let inclusive):
            return order(value, bound).map { $0 == .before || (inclusive && $0 == .same) }
        }
    }

    private static func haveNoneBetween(
        _ low: Value, _ first: Bool, _ high: Value, _ second: Bool
    ) -> Bool {
        guard case .int(let low) = low, case .int(let high) = high else { return false }
        return !first && !second && low < .max && low + 1 == high
    }
}

extension BinaryOperator {
    /// The operator of the same comparison with its sides exchanged.
    var mirrored: BinaryOperator {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: self
        }
    }
}
