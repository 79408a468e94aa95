import JSON
import Referrals
import Rules
import Time

/// Reads items of one body, one after the other, under one budget.
struct ItemReader {
    private let mapping: CompiledMapping
    private var activation: Activation
    private var left = Limits.body
    private var problems: [MappingProblem] = []

    init(_ mapping: CompiledMapping, _ activation: Activation) {
        self.mapping = mapping
        self.activation = activation
    }

    /// The items that `each` gives for a body. They are parts of it: a list made up on the way is refused,
    /// for it could not be stored as it was received.
    mutating func items(_ body: JSON.Value) -> Result<[JSON.Value], MappingProblem> {
        guard let each = mapping.each else { return .success([body]) }
        activation[slot: CompiledMapping.payloadSlot] = Rules.Value(body)
        let value: Rules.Value
        switch select(each) {
        case .value(let found): value = found
        case .absent(let path): return .failure(each.problem(.missing(path: path)))
        case .failed(let error): return .failure(each.problem(.failed(error.description)))
        }
        var items: [JSON.Value] = []
        if case .json(let list) = value, list.kind == .array {
            items = Array(list.elements.prefix(Limits.items + 1))
        } else if let elements = value.asList {
            for element in elements.prefix(Limits.items + 1) {
                guard case .json(let item) = element else {
                    return .failure(
                        each.problem(
                            .wrongType(
                                found: "a list of \(element.typeName.name)",
                                wanted: "a list of objects of the body")))
                }
                items.append(item)
            }
        } else {
            return .failure(each.problem(.wrongType(found: value.typeName.name, wanted: "list")))
        }
        guard items.count <= Limits.items else {
            return .failure(each.problem(.tooMany(limit: Limits.items)))
        }
        return .success(items)
    }

    /// What one item says. All its fields are read, so that all problems are told at once.
    mutating func item(_ payload: JSON.Value) -> Mapped.Item {
        activation[slot: CompiledMapping.payloadSlot] = Rules.Value(payload)
        problems = []
        if let filter = mapping.filter {
            guard let isOurs = bool(filter, isRequired: true) else { return .unmapped(problems) }
            guard isOurs else { return .notOurs }
        }
        let event = event()
        return problems.isEmpty ? .event(event) : .unmapped(problems)
    }

    private mutating func event() -> MappedEvent {
        let eventID = text(mapping.eventID)
        let goal = text(mapping.goal, isRequired: true)
        let reversal = reversal()
        let customer = text(mapping.customer)
        return MappedEvent(
            eventID: eventID, goal: goal, code: code(reversal: reversal, customer: customer),
            businessKeys: businessKeys(), amount: amount(reversal: reversal),
            currency: currency(), occurredAt: occurredAt(), email: text(mapping.email),
            customer: customer, firstName: text(mapping.firstName),
            isTest: bool(mapping.test) ?? false, reversal: reversal)
    }

    // MARK: - Fields

    /// A code is required, unless the event is a reversal. Where a customer is named it may still be
    /// missing: whoever knows the customer can tell.
    private mutating func code(reversal: Reversal.Kind?, customer: String?) -> MappedEvent.Code {
        guard let program = mapping.referralCode else {
            return missing(
                MappingProblem(.referralCode, "", .missing(path: "")), reversal, customer)
        }
        switch select(program) {
        case .value(let value):
            guard let text = string(value, program) else { return .none }
            if let code = ReferralCode(text) { return .named(code) }
            guard text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
                return .unreadable(text)
            }
            let path = program.program.source.text
            return missing(program.problem(.missing(path: path)), reversal, customer)
        case .absent(let path):
            return missing(program.problem(.missing(path: path)), reversal, customer)
        case .failed(let error):
            problems.append(program.problem(.failed(error.description)))
            return .none
        }
    }

    private mutating func missing(
        _ problem: MappingProblem, _ reversal: Reversal.Kind?, _ customer: String?
    ) -> MappedEvent.Code {
        guard reversal == nil else { return .none }
        guard customer == nil else { return .missing(problem) }
        problems.append(problem)
        return .none
    }

    private mutating func reversal() -> Reversal.Kind? {
        guard let program = mapping.reversal, let text = text(program) else { return nil }
        guard let kind = Reversal.Kind(rawValue: text) else {
            problems.append(
                program.problem(.unreadable(wanted: "'refund', 'refund_total' or 'reinstate'")))
            return nil
        }
        return kind
    }

    /// The keys of all expressions, each of which may give several; absent ones are left out.
    private mutating func businessKeys() -> [String] {
        var keys: [String] = []
        for program in mapping.businessKeys {
            guard let value = value(program) else { continue }
            if let list = value.asList {
                for element in list {
                    guard let element = element.unwrapped, !element.isNull else { continue }
                    add(element, of: program, to: &keys)
                }
            } else {
                add(value, of: program, to: &keys)
            }
        }
        if keys.count > Limits.businessKeys, let program = mapping.businessKeys.first {
            problems.append(program.problem(.tooMany(limit: Limits.businessKeys)))
        }
        return keys
    }

    private mutating func add(
        _ value: Rules.Value, of program: FieldProgram, to keys: inout [String]
    ) {
        guard let key = string(value, program), !key.isEmpty else { return }
        // Beyond the limit nothing is kept, so that looking for repeats stays cheap.
        guard keys.count <= Limits.businessKeys else { return }
        guard !keys.contains(where: { $0.utf8.elementsEqual(key.utf8) }) else { return }
        keys.append(key)
    }

    /// Whole minor units; what goes back is told as what it is, not as less than nothing.
    private mutating func amount(reversal: Reversal.Kind?) -> Int64? {
        guard let program = mapping.amount, let value = value(program) else { return nil }
        guard let amount = value.asInt else {
            problems.append(
                program.problem(
                    .wrongType(found: value.typeName.name, wanted: "int (minor units)")))
            return nil
        }
        if amount < 0, reversal != nil {
            problems.append(
                program.problem(.wrongType(found: "negative", wanted: "what was refunded")))
        }
        return amount
    }

    private mutating func currency() -> Referrals.Currency? {
        guard let program = mapping.currency, let text = text(program) else { return nil }
        guard let currency = Referrals.Currency(text) else {
            problems.append(
                program.problem(.unreadable(wanted: "a currency of three letters (ISO 4217)")))
            return nil
        }
        return currency
    }

    private mutating func occurredAt() -> Instant? {
        guard let program = mapping.occurredAt, let value = value(program) else { return nil }
        let instant: Instant?
        switch value {
        case .timestamp(let timestamp): instant = Instant(timestamp)
        case .json(let json) where json.kind == .string:
            guard let bytes = json.stringBytes, !bytes.isEmpty else { return nil }
            instant = Instant(rfc3339: bytes)
        case .string(let text):
            guard !text.isEmpty else { return nil }
            instant = Instant(rfc3339: text)
        default:
            problems.append(
                program.problem(
                    .wrongType(found: value.typeName.name, wanted: "timestamp or string")))
            return nil
        }
        if instant == nil {
            problems.append(program.problem(.unreadable(wanted: "a time as of RFC 3339")))
        }
        return instant
    }

    // MARK: - Values

    /// A text; an empty one counts as absent.
    private mutating func text(_ program: FieldProgram?, isRequired: Bool = false) -> String? {
        guard let program, let value = value(program, isRequired: isRequired),
            let text = string(value, program)
        else { return nil }
        guard text.isEmpty else { return text }
        if isRequired {
            problems.append(program.problem(.missing(path: program.program.source.text)))
        }
        return nil
    }

    private mutating func string(_ value: Rules.Value, _ program: FieldProgram) -> String? {
        guard let text = value.asString else {
            problems.append(
                program.problem(.wrongType(found: value.typeName.name, wanted: "string")))
            return nil
        }
        guard text.utf8.count <= Limits.textBytes else {
            problems.append(program.problem(.tooLong(limit: Limits.textBytes)))
            return nil
        }
        return text
    }

    private mutating func bool(_ program: FieldProgram?, isRequired: Bool = false) -> Bool? {
        guard let program, let value = value(program, isRequired: isRequired) else { return nil }
        guard let bool = value.asBool else {
            problems.append(
                program.problem(.wrongType(found: value.typeName.name, wanted: "bool")))
            return nil
        }
        return bool
    }

    /// What a field comes to, nil where it is absent or failed; the latter is noted, and so is the
    /// former where the field is required.
    private mutating func value(_ program: FieldProgram, isRequired: Bool = false) -> Rules.Value? {
        switch select(program) {
        case .value(let value): return value
        case .absent(let path):
            if isRequired { problems.append(program.problem(.missing(path: path))) }
        case .failed(let error):
            problems.append(program.problem(.failed(error.description)))
        }
        return nil
    }

    private mutating func select(_ program: FieldProgram) -> Selection {
        let granted = Budget(
            cost: min(Limits.expression.cost, left.cost),
            size: min(Limits.expression.size, left.size))
        var budget = granted
        defer {
            left.cost -= granted.cost - budget.cost
            left.size -= granted.size - budget.size
        }
        return program.program.select(activation, spending: &budget)
    }
}

extension Instant {
    /// What a timestamp has below a microsecond is dropped.
    fileprivate init?(_ timestamp: Timestamp) {
        self.init(
            microseconds: timestamp.seconds * 1_000_000 + Int64(timestamp.nanoseconds / 1000))
    }
}
