/// What a rule may speak of: variables with their types, functions, and the limits it lives under.
package struct Environment: Sendable {
    package struct Variable: Sendable {
        /// Possibly dotted.
        package let name: String
        package let type: Type

        package init(_ name: String, _ type: Type) {
            self.name = name
            self.type = type
        }
    }

    /// Their order numbers the slots of an `Activation`.
    package let variables: [Variable]
    /// Functions of the host, beside the library's.
    package let functions: [FunctionDeclaration]
    /// A prefix tried before names, from the longest to none; for compatibility with CEL's suite.
    package let container: String
    package let syntax: SyntaxLimits
    package let sizes: SizeLimits
    /// The most a rule may cost by its estimate. Above the budget of one evaluation, since sizes are
    /// guessed: between the two a rule compiles with a warning.
    package let costLimit: Int
    /// For the accessors of timestamps.
    package private(set) var zones: Zones
    private let slots: [String: Int]

    package init(
        variables: [Variable], functions: [FunctionDeclaration] = [], container: String = "",
        syntax: SyntaxLimits = SyntaxLimits(), sizes: SizeLimits = SizeLimits(),
        costLimit: Int = 1_000_000, zones: Zones = .none
    ) {
        self.variables = variables
        self.functions = functions
        self.container = container
        self.syntax = syntax
        self.sizes = sizes
        self.costLimit = costLimit
        self.zones = zones
        slots = Dictionary(
            variables.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The same language with the time zones of a place that has them.
    package func with(zones: Zones) -> Environment {
        var environment = self
        environment.zones = zones
        return environment
    }

    /// The place of a variable in an `Activation`.
    package func slot(of name: String) -> Int? { slots[name] }

    /// The names a name may stand for, the most specific first.
    func candidates(for name: String, rooted: Bool) -> [String] {
        guard !rooted, !container.isEmpty else { return [name] }
        var parts = container.split(separator: ".")
        var names: [String] = []
        while !parts.isEmpty {
            names.append(parts.joined(separator: ".") + "." + name)
            parts.removeLast()
        }
        return names + [name]
    }

    /// The function of this name, the host's or the library's.
    func function(_ name: String) -> Function? {
        if let declared = functions.first(where: { $0.name == name }) { return Function(declared) }
        return Library.functions[name]
    }
}

/// How large things are taken to be where nothing is declared, for the estimate of costs.
package struct SizeLimits: Sendable {
    /// Bytes of a string.
    package var string: Int
    /// Elements of a list or entries of a map.
    package var list: Int

    package init(string: Int = 1024, list: Int = 64) {
        self.string = string
        self.list = list
    }
}

/// A function a host adds: how it is called and, unless rules are only checked, what it does.
package struct FunctionDeclaration: Sendable {
    package let name: String
    package let overloads: [Overload]
    package let implementation: (@Sendable (_ arguments: [Value]) throws(EvaluationError) -> Value)?

    package init(
        _ name: String, overloads: [Overload],
        implementation: (
            @Sendable (_ arguments: [Value]) throws(EvaluationError) -> Value
        )? = nil
    ) {
        self.name = name
        self.overloads = overloads
        self.implementation = implementation
    }
}

/// One way to call a function.
package struct Overload: Sendable {
    package let parameters: [Type]
    package let result: Type
    /// The first parameter stands before the dot.
    package let isMethod: Bool

    package init(_ parameters: [Type], _ result: Type, isMethod: Bool = false) {
        self.parameters = parameters
        self.result = result
        self.isMethod = isMethod
    }
}
