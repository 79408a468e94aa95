/// The limits of one evaluation. They are counted and not timed: the same facts give the same
/// decision on any machine.
package struct Budget: Equatable, Sendable {
    /// Units of work; one is a simple operation.
    package var cost: Int
    /// Bytes of the strings, lists and maps built during the evaluation.
    package var size: Int

    package init(cost: Int = 100_000, size: Int = 1 << 20) {
        self.cost = cost
        self.size = size
    }
}

/// The values of an environment's variables for one evaluation, by slot.
package struct Activation: Sendable {
    var values: [Value?]

    /// No variable has a value yet.
    package init(_ environment: Environment) {
        values = Array(repeating: nil, count: environment.variables.count)
    }

    /// The value of the variable in a slot; nil if it has none.
    package subscript(slot slot: Int) -> Value? {
        get { values[slot] }
        set { values[slot] = newValue }
    }
}

/// The state of one evaluation.
struct Context: ~Copyable {
    let variables: [Value?]
    /// The variables of the macros around the current node.
    var locals: [Value]
    var costLeft: Int
    var sizeLeft: Int
    let budget: Budget
    let zones: [String: Zone]

    init(
        _ activation: Activation, budget: Budget, localCount: Int = 0, zones: [String: Zone] = [:]
    ) {
        variables = activation.values
        locals = localCount > 0 ? Array(repeating: .null, count: localCount) : []
        costLeft = budget.cost
        sizeLeft = budget.size
        self.budget = budget
        self.zones = zones
    }

    var costSpent: Int { budget.cost - costLeft }

    @inline(__always)
    mutating func spend(_ units: Int) throws(EvaluationError) {
        costLeft -= units
        if costLeft < 0 { throw costExceeded() }
    }

    @inline(never)
    func costExceeded() -> EvaluationError {
        EvaluationError(.costExceeded(limit: budget.cost))
    }

    /// Counts bytes before they are built; throws if the budget is exceeded.
    @inline(__always)
    mutating func build(_ bytes: Int) throws(EvaluationError) {
        sizeLeft -= bytes
        if sizeLeft < 0 { throw EvaluationError(.sizeExceeded(limit: budget.size)) }
    }
}
