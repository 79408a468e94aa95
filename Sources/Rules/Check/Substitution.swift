/// The types assigned to type parameters. The rules of assignment and generality are those of
/// cel-go's checker (`checker/types.go`), on which the conformance suite's deduced types depend.
struct Substitution {
    private var bindings: [Int: Type] = [:]
    private var nextVariable = 0

    mutating func fresh() -> Type {
        defer { nextVariable += 1 }
        return .variable(nextVariable)
    }

    /// An overload with its type parameters replaced by fresh variables.
    mutating func instantiate(_ overload: Overload) -> Overload {
        var names: [String: Type] = [:]
        func replace(_ type: Type) -> Type? {
            guard case .parameter(let name) = type else { return nil }
            if let known = names[name] { return known }
            let made = fresh()
            names[name] = made
            return made
        }
        let parameters = overload.parameters.map { $0.mapping(replace) }
        return Overload(
            parameters, overload.result.mapping(replace), isMethod: overload.isMethod)
    }

    /// A type with the known parameters replaced; unknown ones become `dyn` if `openAsDyn`.
    func resolve(_ type: Type, openAsDyn: Bool) -> Type {
        type.mapping { part in
            guard case .variable(let id) = part else { return nil }
            if let bound = bindings[id] { return resolve(bound, openAsDyn: openAsDyn) }
            return openAsDyn ? .dyn : part
        }
    }

    /// True if a value of the first type may be used where the second is expected; if so, the
    /// consequences for type parameters are kept.
    mutating func assign(_ source: [Type], to target: [Type]) -> Bool {
        guard source.count == target.count else { return false }
        var trial = self
        for (from, to) in zip(source, target) where !trial.isAssignable(from, to) { return false }
        self = trial
        return true
    }

    /// The type of a list or map of both: the more general of the two, or `dyn` if they do not
    /// agree.
    mutating func join(_ left: Type?, _ right: Type) -> Type {
        guard let left else { return right }
        return assign([left], to: [right]) ? mostGeneral(left, right) : .dyn
    }

    private mutating func isAssignable(_ left: Type, _ right: Type) -> Bool {
        if case .variable(let id) = right {
            let (isValid, wasBound) = bind(id, to: left)
            if isValid || wasBound { return isValid }
        }
        if case .variable(let id) = left { return bind(id, to: right).isValid }
        if left.isDynamic || right.isDynamic { return true }
        if left == .null { return isNullable(right) }
        if right == .null { return isNullable(left) }
        if left == right { return true }
        guard let parameters = left.parameters(alongside: right) else { return false }
        for (left, right) in parameters where !isAssignable(left, right) { return false }
        return true
    }

    /// True for types that null is assignable to.
    private func isNullable(_ type: Type) -> Bool {
        switch type {
        case .null, .timestamp, .duration, .optional, .opaque: true
        default: false
        }
    }

    private mutating func bind(_ id: Int, to type: Type) -> (isValid: Bool, wasBound: Bool) {
        if type == .variable(id) { return (true, true) }
        if let bound = bindings[id] {
            if bound == type { return (true, true) }
            guard isAssignable(type, bound) else { return (false, true) }
            let general = mostGeneral(type, bound)
            if !occurs(id, in: general) { bindings[id] = general }
            return (true, true)
        }
        guard !occurs(id, in: type) else { return (false, false) }
        bindings[id] = type
        return (true, false)
    }

    private func occurs(_ id: Int, in type: Type) -> Bool {
        switch type {
        case .variable(let other):
            other == id || (bindings[other].map { occurs(id, in: $0) } ?? false)
        case .list(let element): occurs(id, in: element)
        case .map(let key, let value): occurs(id, in: key) || occurs(id, in: value)
        case .optional(let inner): occurs(id, in: inner)
        case .opaque(_, let parameters): parameters.contains { occurs(id, in: $0) }
        default: false
        }
    }

    private func mostGeneral(_ left: Type, _ right: Type) -> Type {
        // A type that null is assignable to is more specific than null.
        if left == .null || right == .null { return left == .null ? right : left }
        return isEqualOrLessSpecific(left, right) ? left : right
    }

    private func isEqualOrLessSpecific(_ left: Type, _ right: Type) -> Bool {
        if left == .dyn { return true }
        if case .variable = left { return true }
        if right == .dyn { return false }
        if case .variable = right { return false }
        if let parameters = left.parameters(alongside: right) {
            return parameters.allSatisfy { isEqualOrLessSpecific($0, $1) }
        }
        return left == right
    }
}
