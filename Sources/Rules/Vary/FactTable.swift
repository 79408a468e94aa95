/// The facts of several rules with the values to try, from which activations are made.
package struct FactTable: Sendable {
    /// The declarations of the variables.
    package let environment: Environment
    /// The facts in the order in which the rules read them. Facts about the elements of lists are
    /// part of the values of their list.
    package private(set) var facts: [FactCandidates] = []

    /// Collects the facts of rules.
    ///
    /// - Parameters:
    ///   - base: values that facts have first, by the path of the fact.
    ///   - varying: returns false for the path of a fact that keeps its value.
    package init(
        _ programs: [Program], in environment: Environment, base: [[String]: Value?],
        varying: ([String]) -> Bool = { _ in true }
    ) {
        self.environment = environment
        // Comparisons of two facts can be solved only once each fact has a value.
        for _ in 0..<2 {
            let activation = activation(facts.map { $0.values.first ?? nil }, over: base)
            for program in programs {
                for found in program.candidates(around: activation) { merge(found, base) }
            }
            facts = Self.withLists(facts)
        }
        for place in facts.indices where facts[place].values.allSatisfy({ $0 == nil }) {
            facts[place].add(facts[place].need.usualValue)
            // A present value is the usual case, unless the base says otherwise.
            if facts[place].values.count > 1, base[facts[place].need.path] == nil {
                facts[place].values.reverse()
            }
        }
        let all = facts
        facts = all.filter { fact in
            !fact.need.path.contains("[]") && varying(fact.need.path)
                && !all.contains {
                    $0.need.path.count > fact.need.path.count
                        && $0.need.path.starts(with: fact.need.path)
                        && $0.need.path[fact.need.path.count] != "[]"
                }
        }
    }

    /// Adds values to a fact.
    package mutating func add(
        _ path: [String], _ type: Type, _ values: [Value], _ base: [[String]: Value?]
    ) {
        guard !values.isEmpty else { return }
        let need = Need(path: path, type: type, mayBeAbsent: false, isCurrency: false)
        merge(FactCandidates(need: need, values: values), base)
    }

    private mutating func merge(_ found: FactCandidates, _ base: [[String]: Value?]) {
        if let place = facts.firstIndex(where: { $0.need.path == found.need.path }) {
            for value in found.values { facts[place].add(value) }
            return
        }
        var fact = FactCandidates(need: found.need, values: [])
        if let first = base[found.need.path] {
            if first == nil { fact.values.append(nil) } else { fact.add(first) }
        }
        for value in found.values where value != nil { fact.add(value) }
        fact.add(nil)
        facts.append(fact)
    }

    /// Adds lists to the facts that have elements, made of the values of the elements.
    private static func withLists(_ facts: [FactCandidates]) -> [FactCandidates] {
        var facts = facts
        let depth = facts.map(\.need.path.count).max() ?? 0
        for length in stride(from: depth, to: 0, by: -1) {
            for place in facts.indices where facts[place].need.path.count == length {
                let path = facts[place].need.path
                let elements = elements(of: path, facts)
                guard !elements.isEmpty else { continue }
                for element in elements { facts[place].add(.list([element])) }
                facts[place].add(.list([]))
                for element in elements.dropFirst() {
                    facts[place].add(.list([elements[0], element]))
                }
                facts[place].values.removeAll { value in
                    value.map { !$0.isList && !$0.isMap } ?? false
                }
            }
        }
        return facts
    }

    private static func elements(of path: [String], _ facts: [FactCandidates]) -> [Value] {
        let own = facts.first { $0.need.path == path + ["[]"] }
        guard let own else { return [] }
        let fields = facts.filter {
            $0.need.path.count == path.count + 2 && $0.need.path.starts(with: own.need.path)
        }
        guard !fields.isEmpty else {
            let scalars = own.values.compactMap(\.self)
            return scalars.isEmpty ? [.string("text")] : scalars
        }
        let first = fields.map { $0.values.first { $0 != nil } ?? $0.need.usualValue }
        var elements = [object(fields, first)]
        for (index, field) in fields.enumerated() {
            for value in field.values {
                var values = first
                values[index] = value
                elements.append(object(fields, values))
            }
        }
        return elements
    }

    private static func object(_ fields: [FactCandidates], _ values: [Value?]) -> Value {
        let entries: [Map.Entry] = zip(fields, values).compactMap { field, value in
            guard let name = field.need.path.last, let value else { return nil }
            return (key: .string(name), value: value)
        }
        return (try? Map(entries)).map { .map($0) } ?? .map(Map())
    }

    /// The places of the facts that programs read.
    package func indices(readBy programs: [Program]) -> [Int] {
        let needs = programs.flatMap(\.needs).map(\.path)
        return facts.indices.filter { place in
            let path = facts[place].need.path
            return needs.contains { $0.starts(with: path) || path.starts(with: $0) }
        }
    }

    /// The places of the facts with these paths.
    package func indices(of paths: [[String]]) -> [Int] {
        facts.indices.filter { paths.contains(facts[$0].need.path) }
    }

    // MARK: Activations

    /// The variables of the rules.
    ///
    /// - Parameters:
    ///   - values: one for each fact; nil for an absent one.
    ///   - base: the values of other facts.
    package func activation(
        _ values: [Value?], over base: [[String]: Value?]
    ) -> Activation {
        var all = base
        for (fact, value) in zip(facts, values) { all[fact.need.path] = .some(value) }
        var activation = Activation(environment)
        for (slot, variable) in environment.variables.enumerated() {
            if let whole = all[[variable.name]], let whole {
                activation[slot: slot] = whole
                continue
            }
            let below = all.filter { $0.key.count > 1 && $0.key[0] == variable.name }
            switch variable.type {
            case .record(let type):
                guard !below.isEmpty else { continue }
                activation[slot: slot] = .record(
                    Record(type, type.fields.map { below[[variable.name, $0.name]] ?? nil }))
            default:
                activation[slot: slot] = Self.tree(below, depth: 1)
            }
        }
        return activation
    }

    /// The object of values below one path, with the keys in alphabetical order.
    package static func tree(_ values: [[String]: Value?], depth: Int) -> Value {
        let names = Set(values.keys.map { $0[depth] }).sorted()
        let entries: [Map.Entry] = names.compactMap { name in
            let below = values.filter { $0.key[depth] == name }
            if let leaf = below.first(where: { $0.key.count == depth + 1 }) {
                return leaf.value.map { (key: .string(name), value: $0) }
            }
            guard below.contains(where: { $0.value != nil }) else { return nil }
            return (key: .string(name), value: tree(below, depth: depth + 1))
        }
        return (try? Map(entries)).map { .map($0) } ?? .map(Map())
    }
}
