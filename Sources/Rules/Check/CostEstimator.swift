/// Estimates the cost of a rule before it runs, after cel-go's model (`checker/cost.go`) and with
/// the units that the nodes spend. In comparisons of containers, their elements are assumed to be
/// small; the budget at run time is exact.
struct CostEstimator {
    let environment: Environment
    let types: [Type]
    /// The values of nodes that were constant when the rule was planned: they cost nothing.
    let folded: [Int: Value]
    private var scope: Scope
    private(set) var estimates: [Int: CostEstimate] = [:]

    init(_ environment: Environment, types: [Type], folded: [Int: Value]) {
        self.environment = environment
        self.types = types
        self.folded = folded
        scope = Scope(environment)
    }

    @discardableResult
    mutating func estimate(_ expression: Expression) -> CostEstimate {
        let result = compute(expression)
        estimates[expression.id] = result
        return result
    }

    private mutating func compute(_ expression: Expression) -> CostEstimate {
        if let value = folded[expression.id] { return .free.sized(value.size...value.size) }
        switch expression.kind {
        case .literal(let literal):
            let size = literal.value.size
            return .free.sized(size...size)
        case .identifier, .select: return selection(expression)
        case .has(let operand, _): return estimate(operand) + 1
        case .index(let operand, let key, let isOptional):
            let list = estimate(operand)
            let index = estimate(key)
            let walk = CostEstimate(1, 1 + tenth(list.size.upperBound))
            return
                (list + (isOptional ? index.optional : index) + walk
                + CostEstimate(0, reading(index)))
                .sized(0...defaultSize(of: expression))
        case .call(let name, let rooted, let arguments):
            return call(scope.function(name, rooted: rooted)?.1, arguments, expression)
        case .method(let target, let name, let arguments):
            return method(target, name, arguments, expression)
        case .negate(let operand), .not(let operand): return (estimate(operand) + 1).sized(0...0)
        case .binary(let kind, let left, let right):
            return binary(kind, left, right)
        case .logic(_, let terms):
            let parts = terms.map { estimate($0) }
            return CostEstimate(
                parts[0].minimum, parts.reduce(0) { saturatingAdd($0, $1.maximum) })
        case .conditional(let condition, let then, let otherwise):
            let test = estimate(condition)
            let branches = estimate(then).union(estimate(otherwise))
            return (test + branches).sized(branches.size)
        case .list(let elements):
            let parts = elements.map { estimate($0.value) }
            let fixed = elements.filter { !$0.isOptional }.count
            return parts.reduce(CostEstimate(10, 10), +).sized(fixed...elements.count)
        case .map(let entries):
            let parts = entries.flatMap { [estimate($0.key), estimate($0.value)] }
            let fixed = entries.filter { !$0.isOptional }.count
            return parts.reduce(CostEstimate(30, 30), +).sized(fixed...entries.count)
        case .comprehension(let macro): return comprehension(macro, expression)
        case .bind(let variable, let value, let body):
            let bound = estimate(value)
            let rest = with([variable]) { $0.estimate(body) }
            return (bound + rest).sized(rest.size)
        case .optionalMap(let target, let variable, let body, _):
            let optional = estimate(target)
            let rest = with([variable]) { $0.estimate(body) }
            return (optional + rest.optional + 1).sized(0...rest.size.upperBound)
        }
    }

    private mutating func with(
        _ variables: [Expression.Variable], _ body: (inout CostEstimator) -> CostEstimate
    ) -> CostEstimate {
        scope.open(variables.map(\.name))
        defer { scope.close(variables.map(\.name)) }
        return body(&self)
    }

    // MARK: - Sizes

    private func defaultSize(of expression: Expression) -> Int { size(of: types[expression.id]) }

    private func size(of type: Type) -> Int {
        switch type {
        case .string, .bytes: environment.sizes.string
        case .list, .map: environment.sizes.list
        case .optional(let inner): size(of: inner)
        case .dyn, .opaque, .parameter, .variable, .error:
            max(environment.sizes.string, environment.sizes.list)
        case .record(let record): record.fields.count
        case .null, .bool, .int, .uint, .double, .timestamp, .duration, .type: 0
        }
    }

    private mutating func selection(_ expression: Expression) -> CostEstimate {
        if scope.meaning(of: expression) != nil {
            let isType = types[expression.id] == .type
            return CostEstimate(isType ? 0 : 1, 1, size: 0...defaultSize(of: expression))
        }
        guard case .select(let operand, let field) = expression.kind else { return .free }
        var size = defaultSize(of: expression)
        if case .record(let record) = types[operand.id], let index = record.index(of: field.name),
            let declared = record.fields[index].maximumSize
        {
            size = declared
        }
        return (estimate(operand) + 1).sized(0...size)
    }

    /// The cost of reading a string out of JSON.
    private func reading(_ part: CostEstimate) -> Int { part.size.upperBound / 1024 }

    // MARK: - Operators and calls

    private mutating func binary(
        _ kind: BinaryOperator, _ left: Expression, _ right: Expression
    ) -> CostEstimate {
        let a = estimate(left)
        let b = estimate(right)
        let both = a + b + 1
        switch kind {
        case .equal, .notEqual:
            return both + CostEstimate(0, comparison(left, a, right, b) + reading(a) + reading(b))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let text = tenth(min(a.size.upperBound, b.size.upperBound))
            return both + CostEstimate(0, text + reading(a) + reading(b))
        case .in:
            if case .map = types[right.id] { return both }
            let member =
                tenth(min(a.size.upperBound, environment.sizes.string)) + 1 + 2 * reading(a)
            return both + CostEstimate(0, saturatingMultiply(b.size.upperBound, member))
        case .add:
            let sum = saturatingAdd(a.size.upperBound, b.size.upperBound)
            return (both + CostEstimate(0, tenth(sum) + reading(a) + reading(b))).sized(
                saturatingAdd(a.size.lowerBound, b.size.lowerBound)...sum)
        case .subtract, .multiply, .divide, .modulo: return both
        }
    }

    /// A tenth of a unit per byte of strings; for lists and maps one unit per element in addition.
    private func comparison(
        _ left: Expression, _ a: CostEstimate, _ right: Expression, _ b: CostEstimate
    ) -> Int {
        let smaller = min(a.size.upperBound, b.size.upperBound)
        guard canBeContainer(left), canBeContainer(right) else { return tenth(smaller) }
        return tenth(min(smaller, environment.sizes.string))
            + min(smaller, environment.sizes.list)
    }

    private func canBeContainer(_ expression: Expression) -> Bool {
        switch types[expression.id] {
        case .list, .map, .dyn, .optional, .opaque, .record, .parameter, .variable, .error: true
        default: false
        }
    }

    private mutating func method(
        _ target: Expression, _ name: String, _ arguments: [Expression],
        _ expression: Expression
    ) -> CostEstimate {
        if let (_, function) = scope.qualifiedFunction(target, name) {
            return call(function, arguments, expression)
        }
        if name == "or" || name == "orValue", arguments.count == 1 {
            let first = estimate(target)
            let other = estimate(arguments[0])
            return (first + other.optional + 1).sized(first.union(other).size)
        }
        return call(scope.function(name, rooted: false)?.1, [target] + arguments, expression)
    }

    private mutating func call(
        _ function: Function?, _ arguments: [Expression], _ expression: Expression
    ) -> CostEstimate {
        let parts = arguments.map { estimate($0) }
        guard let function else { return parts.reduce(.free, +) }
        let reading = parts.reduce(0) { $0 + self.reading($1) }
        func size(_ place: Int, _ bound: (ClosedRange<Int>) -> Int) -> Int {
            place < parts.count ? bound(parts[place].size) : 0
        }
        var own = CostEstimate(
            function.cost.cost { size($0, \.lowerBound) },
            function.cost.cost { size($0, \.upperBound) })
        if function.name == "matches", parts.count == 2 {
            own = own + CostEstimate(0, matching(parts[0], arguments[1]))
        }
        if function.name == "replace" {
            let places = saturatingAdd(size(0, \.upperBound), 1)
            own = own + CostEstimate(0, saturatingMultiply(CostModel.replacement, places))
        }
        let result: Int =
            switch function.size {
            case .unknown: defaultSize(of: expression)
            case .most(let most): most
            case .same(let place): size(place, \.upperBound)
            case .sum: parts.reduce(0) { saturatingAdd($0, $1.size.upperBound) }
            }
        return (parts.reduce(own + CostEstimate(0, reading), +)).sized(0...result)
    }

    /// The cost of matching. For a pattern from facts neither size nor search is known; the guess
    /// is a tenth of the worst case.
    private func matching(_ text: CostEstimate, _ pattern: Expression) -> Int {
        guard case .literal(.string(let source)) = pattern.kind else {
            return saturatingMultiply(
                tenth(saturatingAdd(text.size.upperBound, 1)), (Regex.maximumSize + 3) / 4)
        }
        guard let regex = try? Regex(source) else { return 0 }
        return saturatingAdd(
            MatchNode.compiling(regex.size),
            MatchNode.mostCost(text: text.size.upperBound, regex.size))
    }

    private mutating func comprehension(
        _ macro: Comprehension, _ expression: Expression
    ) -> CostEstimate {
        let range = estimate(macro.range)
        let body = with(macro.variables) { estimator in
            let condition = macro.condition.map { estimator.estimate($0) } ?? .free
            let result = macro.result.map { estimator.estimate($0) } ?? .free
            return condition + (macro.condition == nil ? result : result.optional) + 1
        }
        // The sizes of macro ranges that may be strings count elements.
        var most = range.size.upperBound
        if case .dyn = types[macro.range.id] { most = min(most, environment.sizes.list) }
        let least = min(range.size.lowerBound, 1)
        let loop = CostEstimate(
            saturatingMultiply(least, body.minimum), saturatingMultiply(most, body.maximum))
        switch macro.kind {
        case .all, .exists, .existsOne: return (range + loop).sized(0...0)
        case .map where macro.condition == nil: return (range + loop).sized(range.size)
        default: return (range + loop).sized(0...most)
        }
    }
}

extension CostEstimator {
    /// The diagnostic for a rule that may exceed a limit, at the smallest part that does.
    func excess(
        over limit: Int, in root: Expression, of source: Source, severity: Diagnostic.Severity
    ) -> Diagnostic? {
        guard let estimate = estimates[root.id], estimate.maximum > limit else { return nil }
        var part = root
        while let heavier = part.children.first(where: {
            (estimates[$0.id]?.maximum ?? 0) > limit
        }) {
            part = heavier
        }
        let cost = estimates[part.id]?.maximum ?? estimate.maximum
        let shown = cost == .max ? "any number of" : "\(cost)"
        let advice = severity == .error ? "allowed" : "an evaluation may spend"
        return Diagnostic(
            "'\(source[part.span])' may cost up to \(shown) units, more than the \(limit) \(advice)",
            at: part.span, in: source, severity: severity)
    }
}
