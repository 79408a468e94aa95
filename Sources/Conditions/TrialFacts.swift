import Currencies
import JSON
import Rules
import Spelling
import Time

/// Facts for trying an expression: an object with the variables of conditions and mappings,
/// `event`, `payload`, `lead`, `referrer`, `campaign`, `now` and `headers`. An absent variable has
/// no value.
///
/// Any other member declares a variable of its own name, for expressions that are not about events.
package struct TrialFacts: Sendable {
    /// The declarations of the variables.
    package let environment: Environment
    /// The values of the variables.
    package let activation: Activation
    /// Parts of the facts that no expression can read, each described in a sentence.
    package let notes: [String]

    /// A fact of a wrong type.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        /// The place as a JSON pointer (RFC 6901).
        package let pointer: String
        /// The problem as a clause.
        package let problem: String
        /// The pointer and the problem.
        package var description: String { "\(pointer): \(problem)" }
    }

    /// Reads facts from a JSON object.
    ///
    /// - Parameter now: the value of `now` if the facts have none.
    package init(
        _ root: JSON.Value? = nil, functions: [FunctionDeclaration] = [], now: Instant,
        zones: Zones = .none
    ) throws(Fault) {
        var reader = TrialFactsReader()
        let known = ConditionLanguage.environment.variables + [Self.headers]
        if let root, root.kind != .object {
            throw Fault(pointer: "/", problem: "the facts must be an object")
        }
        let others = (root?.members.map { $0 } ?? []).filter { member in
            !known.contains { member.key.equals($0.name) }
        }
        environment = Environment(
            variables: known + others.map { Environment.Variable($0.key.string, .dyn) },
            functions: functions, zones: zones)
        var activation = Activation(environment)
        for (slot, variable) in known.enumerated() {
            guard let value = root?[variable.name] else { continue }
            activation[slot: slot] = try reader.value(value, as: variable)
        }
        let nowSlot = ConditionLanguage.Slot.now.rawValue
        if activation[slot: nowSlot] == nil {
            activation[slot: nowSlot] = .timestamp(Timestamp(now))
        }
        for (offset, member) in others.enumerated() {
            activation[slot: known.count + offset] = Rules.Value(member.value)
        }
        self.activation = activation
        notes = reader.notes
    }

    /// Creates the facts that a stored event's conditions and its mapping could read.
    package init(
        conditions: Activation, headers: any StringTable, functions: [FunctionDeclaration] = [],
        zones: Zones = .none
    ) {
        let known = ConditionLanguage.environment.variables
        environment = Environment(
            variables: known + [Self.headers], functions: functions, zones: zones)
        var activation = Activation(environment)
        for slot in known.indices { activation[slot: slot] = conditions[slot: slot] }
        activation[slot: known.count] = .table(headers)
        self.activation = activation
        notes = []
    }

    private static let headers = Environment.Variable("headers", .map(.string, .string))
}

/// Reads facts by their declared types.
private struct TrialFactsReader {
    private(set) var notes: [String] = []

    mutating func value(
        _ value: JSON.Value, as variable: Environment.Variable
    ) throws(TrialFacts.Fault) -> Rules.Value? {
        let pointer = "/\(variable.name)"
        if value.isNull, variable.name != "payload" { return nil }
        switch variable.type {
        case .record(let type): return .record(try record(value, type, pointer))
        default: return try self.value(value, variable.type, pointer)
        }
    }

    private mutating func record(
        _ value: JSON.Value, _ type: RecordType, _ pointer: String
    ) throws(TrialFacts.Fault) -> Record {
        guard value.kind == .object else {
            throw TrialFacts.Fault(pointer: pointer, problem: "an object is expected")
        }
        let names = type.fields.map(\.name)
        for (key, _) in value.members where type.index(of: key.string) == nil {
            let meant = nearest(to: key.string, in: names).map { "; did you mean '\($0)'?" } ?? ""
            notes.append("\(pointer)/\(key.string): \(type.name) has no such field\(meant)")
        }
        var fields: [Rules.Value?] = []
        for field in type.fields {
            guard let member = value[field.name], !member.isNull else {
                fields.append(nil)
                continue
            }
            let place = "\(pointer)/\(field.name)"
            fields.append(try self.value(member, field.type, place))
            if field.isCurrency, let code = member.string, Currency(code)?.isListed != true {
                throw TrialFacts.Fault(
                    pointer: place, problem: "a currency that ISO 4217 lists is expected")
            }
        }
        return Record(type, fields)
    }

    private func value(
        _ value: JSON.Value, _ type: Type, _ pointer: String
    ) throws(TrialFacts.Fault) -> Rules.Value {
        func fault(_ expected: String) -> TrialFacts.Fault {
            TrialFacts.Fault(pointer: pointer, problem: "\(expected) is expected")
        }
        switch type {
        case .int: guard value.int != nil else { throw fault("a whole number") }
        case .bool: guard value.bool != nil else { throw fault("true or false") }
        case .string: guard value.kind == .string else { throw fault("a text") }
        case .timestamp:
            guard let time = value.string.flatMap(Timestamp.init(_:)) else {
                throw fault("a time such as 2026-03-01T10:00:00Z")
            }
            return .timestamp(time)
        case .list(let element):
            guard value.kind == .array else { throw fault("a list") }
            for (place, part) in value.elements.enumerated() {
                _ = try self.value(part, element, "\(pointer)/\(place)")
            }
        case .map(_, let content):
            guard value.kind == .object else { throw fault("an object") }
            for (key, part) in value.members {
                _ = try self.value(part, content, "\(pointer)/\(key.string)")
            }
        default: break
        }
        return Rules.Value(value)
    }
}
