/// The environment of rules: variables with their types, functions, and limits.
package struct Environment: Sendable {
    /// A variable that rules may read.
    package struct Variable: Sendable {
        /// The name, possibly with dots.
        package let name: String
        /// The type of its value.
        package let type: Type

        package init(_ name: String, _ type: Type) {
            self.name = name
            self.type = type
        }
    }

    /// The variables; their order gives the slots of an `Activation`.
    package let variables: [Variable]
    /// Functions of the host, in addition to the library's.
    package let functions: [FunctionDeclaration]
    /// A prefix tried before names, from the longest to none; for compatibility with CEL's suite.
    package let container: String
    /// The limits of a rule's text.
    package let syntax: SyntaxLimits
    /// The assumed sizes of values.
    package let sizes: SizeLimits
    /// The greatest estimated cost of a rule. It is above the budget of one evaluation, since sizes
    /// are assumed: between the two a rule compiles with a warning.
    package let costLimit: Int
    /// The time zones for the accessors of timestamps.
    package private(set) var zones: Zones
    /// True if an invalid literal, such as a malformed pattern, is a compile error; otherwise it
    /// causes a warning, and an error at evaluation.
    package let refusesUnreadable: Bool
    private let slots: [String: Int]

    /// The order of `variables` gives their slots; of two with the same name the first is used.
    package init(
        variables: [Variable], functions: [FunctionDeclaration] = [], container: String = "",
        syntax: SyntaxLimits = SyntaxLimits(), sizes: SizeLimits = SizeLimits(),
        costLimit: Int = 1_000_000, zones: Zones = .none,
        refusesUnreadable: Bool = false
    ) {
        self.refusesUnreadable = refusesUnreadable
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

    /// The same environment with time zones.
    package func with(zones: Zones) -> Environment {
        var environment = self
        environment.zones = zones
        return environment
    }

    /// The slot of a variable in an `Activation`; nil if it is not declared.
    package func slot(of name: String) -> Int? { slots[name] }

    /// The full names that a name may refer to, the most specific first.
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

/// The sizes assumed for values of unknown size when costs are estimated.
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

/// A function added by the host: its overloads and, unless rules are only checked, its
/// implementation.
package struct FunctionDeclaration: Sendable {
    /// The name in rules.
    package let name: String
    /// The ways to call it.
    package let overloads: [Overload]
    /// The function itself; nil if rules are only checked. It must not depend on anything but its
    /// arguments.
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

/// The types of one way to call a function.
package struct Overload: Sendable {
    /// The types of the parameters; for a method the first is the target.
    package let parameters: [Type]
    /// The type of the result.
    package let result: Type
    /// True if the first parameter is written before the dot.
    package let isMethod: Bool

    package init(_ parameters: [Type], _ result: Type, isMethod: Bool = false) {
        self.parameters = parameters
        self.result = result
        self.isMethod = isMethod
    }
}
