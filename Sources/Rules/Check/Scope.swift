/// The meaning of names at one place of a rule. Checker and planner share it, so that they agree.
struct Scope {
    enum Meaning: Equatable {
        /// A macro's variable, by its index among those in scope.
        case local(Int)
        case variable(slot: Int)
        case type(TypeName)
    }

    let environment: Environment
    /// The variables of the enclosing macros, innermost last.
    private(set) var locals: [String] = []

    init(_ environment: Environment) { self.environment = environment }

    mutating func open(_ names: [String]) { locals.append(contentsOf: names) }
    mutating func close(_ names: [String]) { locals.removeLast(names.count) }

    /// The meaning of an identifier or a chain of selections as a whole; nil if it has none.
    func meaning(of expression: Expression) -> Meaning? {
        guard let path = Scope.path(expression) else { return nil }
        if let place = local(path.root, rooted: path.isRooted) {
            return path.isPlain ? .local(place) : nil
        }
        for name in environment.candidates(for: path.name, rooted: path.isRooted) {
            if let slot = environment.slot(of: name) { return .variable(slot: slot) }
        }
        return TypeName.named.first { $0.name == path.name }.map { .type($0) }
    }

    private func local(_ name: String, rooted: Bool) -> Int? {
        rooted ? nil : locals.lastIndex { equalUTF8($0, name) }
    }

    /// The function of a method call on a name, such as `math.least(…)`.
    func qualifiedFunction(_ target: Expression, _ method: String) -> (String, Function)? {
        guard let path = Scope.path(target), local(path.root, rooted: path.isRooted) == nil else {
            return nil
        }
        return function(path.name + "." + method, rooted: path.isRooted)
    }

    func function(_ name: String, rooted: Bool) -> (String, Function)? {
        for candidate in environment.candidates(for: name, rooted: rooted) {
            if let function = environment.function(candidate) { return (candidate, function) }
        }
        return nil
    }

    struct Path {
        let name: String
        let root: String
        let isRooted: Bool
        let isPlain: Bool
    }

    /// The dotted name that an expression consists of; nil if it has other parts.
    static func path(_ expression: Expression) -> Path? {
        switch expression.kind {
        case .identifier(let name, let rooted):
            return Path(name: name, root: name, isRooted: rooted, isPlain: true)
        case .select(let operand, let field) where !field.isOptional && !field.isQuoted:
            guard let inner = path(operand) else { return nil }
            return Path(
                name: inner.name + "." + field.name, root: inner.root, isRooted: inner.isRooted,
                isPlain: false)
        default:
            return nil
        }
    }
}
