/// Finds values for the facts of one rule: those at the bounds of its comparisons, solved for the
/// facts through calculations and conversions.
struct CandidateCollector {
    private var scope: Scope
    /// The facts that the variables of the enclosing macros stand for; nil for one that is no fact.
    private var locals: [Need?] = []
    private let base: Activation
    private let types: [Type]
    /// The facts in the order of the rule.
    private(set) var facts: [FactCandidates] = []

    init(scope: Scope, base: Activation, types: [Type]) {
        self.scope = scope
        self.base = base
        self.types = types
    }

    // MARK: Reading the rule

    mutating func visit(_ expression: Expression, isCondition: Bool) {
        if let need = need(expression) {
            note(need)
            if isCondition || need.type == .bool {
                add(need, .bool(true))
                add(need, .bool(false))
            }
            return
        }
        switch expression.kind {
        case .logic(_, let terms):
            for term in terms { visit(term, isCondition: true) }
            return
        case .not(let operand): return visit(operand, isCondition: true)
        case .conditional(let condition, let then, let otherwise):
            visit(condition, isCondition: true)
            for branch in [then, otherwise] { visit(branch, isCondition: isCondition) }
            return
        case .binary(let operation, let left, let right): relate(operation, left, right)
        case .method(let target, let name, let arguments): relate(target, name, arguments)
        case .comprehension(let macro): return visit(macro)
        case .bind(let variable, let value, let body):
            visit(value, isCondition: false)
            with([variable], [need(value)]) { $0.visit(body, isCondition: isCondition) }
            return
        case .optionalMap(let target, let variable, let body, _):
            visit(target, isCondition: false)
            with([variable], [need(target)]) { $0.visit(body, isCondition: false) }
            return
        case .has(let operand, let field):
            if let outer = need(operand), let need = part(field.name, of: outer, operand) {
                note(need)
                add(need, need.usualValue)
            }
        default: break
        }
        for child in expression.children { visit(child, isCondition: false) }
    }

    private mutating func visit(_ macro: Comprehension) {
        visit(macro.range, isCondition: false)
        let element = rangeNeed(macro.range).map { range in
            Need(path: range.path + ["[]"], type: .dyn, mayBeAbsent: false, isCurrency: false)
        }
        if let element { note(element) }
        let names: [Need?] = macro.variables.count == 1 ? [element] : [nil, element]
        with(macro.variables, names) { collector in
            if let condition = macro.condition { collector.visit(condition, isCondition: true) }
            if let result = macro.result { collector.visit(result, isCondition: false) }
        }
    }

    private mutating func with(
        _ variables: [Expression.Variable], _ needs: [Need?],
        _ body: (inout CandidateCollector) -> Void
    ) {
        scope.open(variables.map(\.name))
        locals += needs
        body(&self)
        locals.removeLast(needs.count)
        scope.close(variables.map(\.name))
    }

    // MARK: Facts

    /// The fact that an expression selects; nil for any other expression.
    private func need(_ expression: Expression) -> Need? {
        switch scope.meaning(of: expression) {
        case .variable(let slot):
            let variable = scope.environment.variables[slot]
            return Need(
                path: [variable.name], type: variable.type, mayBeAbsent: false, isCurrency: false)
        case .local(let place): return locals[place]
        default: break
        }
        switch expression.kind {
        case .select(let operand, let field):
            return need(operand).flatMap { part(field.name, of: $0, operand) }
        case .index(let operand, let key, _):
            guard let outer = need(operand) else { return nil }
            if case .literal(.string(let name)) = key.kind { return part(name, of: outer, operand) }
            return Need(
                path: outer.path + ["[]"], type: .dyn, mayBeAbsent: false, isCurrency: false)
        default: return nil
        }
    }

    private func rangeNeed(_ range: Expression) -> Need? {
        if let need = need(range) { return need }
        switch range.kind {
        case .comprehension(let macro) where macro.kind == .filter: return rangeNeed(macro.range)
        case .method(let target, "orValue", _): return rangeNeed(target)
        default: return nil
        }
    }

    private func part(_ name: String, of outer: Need, _ operand: Expression) -> Need? {
        let owner =
            if case .optional(let inner) = types[operand.id] { inner } else {
                types[operand.id]
            }
        let path = outer.path + [name]
        switch owner {
        case .record(let record):
            guard let index = record.index(of: name) else { return nil }
            let field = record.fields[index]
            return Need(
                path: path, type: field.type, mayBeAbsent: field.mayBeAbsent,
                isCurrency: field.isCurrency)
        case .map(_, let content):
            return Need(path: path, type: content, mayBeAbsent: true, isCurrency: false)
        default: return Need(path: path, type: .dyn, mayBeAbsent: true, isCurrency: false)
        }
    }

    private mutating func note(_ need: Need) {
        if !facts.contains(where: { $0.need.path == need.path }) {
            facts.append(FactCandidates(need: need, values: []))
        }
        if need.mayBeAbsent { add(need, nil) }
    }

    private mutating func add(_ need: Need, _ value: Value?) {
        if !facts.contains(where: { $0.need.path == need.path }) { note(need) }
        guard let place = facts.firstIndex(where: { $0.need.path == need.path }) else { return }
        facts[place].add(value)
    }

    // MARK: Comparisons

    /// The value of an expression for the base facts; nil if it has none there.
    private func value(_ expression: Expression) -> Value? {
        let text = Printer.text(of: expression)
        guard let program = try? Program.compile(text, in: scope.environment) else { return nil }
        return try? program.evaluate(base).get()
    }

    private mutating func relate(
        _ operation: BinaryOperator, _ left: Expression, _ right: Expression
    ) {
        guard operation.precedence == 1 else { return }
        if operation == .in { return relateMembership(left, right) }
        if let bound = value(right) {
            for value in bound.neighbours { want(left, value) }
        }
        if let bound = value(left) {
            for value in bound.neighbours { want(right, value) }
        }
    }

    private mutating func relateMembership(_ left: Expression, _ right: Expression) {
        if let elements = value(right)?.asList {
            for element in elements.prefix(8) { want(left, element) }
            if let first = elements.first {
                for value in first.neighbours { want(left, value) }
            }
        }
        if let element = value(left), let range = rangeNeed(right) {
            add(range, .list([element]))
            add(range, .list([]))
        }
    }

    private mutating func relate(
        _ target: Expression, _ name: String, _ arguments: [Expression]
    ) {
        if let times = clockTimes(name) {
            for time in times { want(target, .timestamp(time)) }
            return
        }
        guard arguments.count == 1, let text = value(arguments[0])?.asString else { return }
        let texts: [String]
        switch name {
        case "startsWith": texts = [text, text + "x", "x" + text]
        case "endsWith": texts = ["x" + text, text, text + "x"]
        case "contains": texts = ["x" + text + "x", text, "x"]
        case "matches": texts = Regex.samples(of: text) + ["", "x"]
        default: return
        }
        for text in texts { want(target, .string(text)) }
    }

    /// Times around the base time that give each hour, weekday, day and month.
    private func clockTimes(_ name: String) -> [Timestamp]? {
        let steps: [Int64]
        switch name {
        case "getHours": steps = (0..<24).map { $0 * 3600 }
        case "getDayOfWeek": steps = (0..<7).map { $0 * 86_400 }
        case "getDate", "getDayOfMonth": steps = (0..<31).map { $0 * 86_400 }
        case "getMonth": steps = (0..<12).map { $0 * 30 * 86_400 }
        case "getMinutes", "getSeconds": steps = [0, 60, 1800, 3540, 1, 30, 59]
        case "getFullYear", "getDayOfYear": steps = [0, 30, 90, 180, 364, 365].map { $0 * 86_400 }
        default: return nil
        }
        guard let slot = scope.environment.slot(of: "now"),
            case .timestamp(let now)? = base[slot: slot]
        else { return nil }
        return steps.compactMap { now.advanced(byNanoseconds: -$0 * 1_000_000_000) }
    }

    // MARK: Solving

    /// Adds values to the facts of an expression so that it has the value.
    private mutating func want(_ expression: Expression, _ value: Value) {
        if let need = need(expression) { return add(need, value) }
        switch expression.kind {
        case .negate(let operand):
            if case .int(let int) = value, int != .min { want(operand, .int(-int)) }
            if case .double(let double) = value { want(operand, .double(-double)) }
        case .binary(let operation, let left, let right):
            wantCalculation(operation, left, right, value)
        case .conditional(_, let then, let otherwise):
            want(then, value)
            want(otherwise, value)
        case .bind(let variable, let inner, let body):
            with([variable], [need(inner)]) { $0.want(body, value) }
        case .call(let name, _, let arguments):
            if let first = arguments.first { wantConversion(name, first, value) }
        case .method(let target, let name, let arguments):
            if name == "orValue" { want(target, value) }
            if arguments.isEmpty { wantConversion(name, target, value) }
        default: break
        }
    }

    private mutating func wantCalculation(
        _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ value: Value
    ) {
        if let known = self.value(right) {
            for solution in Solution.left(of: operation, known, value) { want(left, solution) }
        }
        if let known = self.value(left) {
            for solution in Solution.right(of: operation, known, value) { want(right, solution) }
        }
    }

    private mutating func wantConversion(_ name: String, _ operand: Expression, _ value: Value) {
        switch (name, value) {
        case ("int", .int(let int)):
            want(operand, .string(String(int)))
            want(operand, .int(int))
        case ("double", .double(let double)):
            want(operand, .double(double))
            if let int = Int64(exactly: double) { want(operand, .int(int)) }
        case ("timestamp", .timestamp(let time)):
            want(operand, .string(time.description))
            want(operand, value)
        case ("duration", .duration(let length)):
            want(operand, .string(DurationText.format(length)))
        case ("size", .int(let count)) where 0...1000 ~= count: wantSize(operand, Int(count))
        case ("string", _):
            want(operand, value)
            if let int = value.asString.flatMap({ Int64($0) }) { want(operand, .int(int)) }
        case ("dyn", _), ("lowerAscii", _), ("upperAscii", _), ("trim", _): want(operand, value)
        default: break
        }
    }

    private mutating func wantSize(_ operand: Expression, _ count: Int) {
        want(operand, .string(String(repeating: "a", count: count)))
        want(operand, .list(Array(repeating: .string("text"), count: min(count, 64))))
    }
}
