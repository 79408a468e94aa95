import JSON
import Rules

/// Maps the items of one body, one after another, with a common budget.
struct ItemReader {
    let mapping: CompiledMapping
    var activation: Activation
    var left = Limits.body
    var problems: [MappingProblem] = []

    init(_ mapping: CompiledMapping, _ activation: Activation) {
        self.mapping = mapping
        self.activation = activation
    }

    /// The items that `each` selects from a body. They must be parts of it: a list constructed by
    /// the expression is refused, because it could not be stored as it was received.
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

    /// Maps one item. All fields are read, so that all problems are reported at once.
    mutating func item(_ payload: JSON.Value) -> Mapped.Item {
        activation[slot: CompiledMapping.payloadSlot] = Rules.Value(payload)
        problems = []
        if let filter = mapping.filter {
            guard let isOurs = bool(filter, isRequired: true) else { return .unmapped(problems) }
            guard isOurs else { return .notOurs }
        }
        let event = event()
        return problems.isEmpty ? .event(event) : .unmapped(problems.inOrderOfFields)
    }

    mutating func eventID(_ payload: JSON.Value) -> String? {
        activation[slot: CompiledMapping.payloadSlot] = Rules.Value(payload)
        return text(mapping.eventID)
    }

    private mutating func event() -> MappedEvent {
        let eventID = text(mapping.eventID)
        let goal = text(mapping.goal, isRequired: true)
        let (reversal, isLink) = reversal()
        let isQualification = reversal == nil && !isLink
        let customer = text(mapping.customer)
        return MappedEvent(
            eventID: eventID, goal: goal,
            code: code(isRequired: isQualification, customer: customer),
            businessKeys: businessKeys(),
            amount: isLink ? nil : amount(mapping.amount, isReversal: !isQualification),
            currency: currency(),
            paid: isQualification ? amount(mapping.paid, isReversal: false) : nil,
            occurredAt: occurredAt(), email: email(),
            customer: customer, firstName: text(mapping.firstName),
            isTest: bool(mapping.test) ?? false, reversal: reversal, isLink: isLink)
    }
}

extension [MappingProblem] {
    /// The problems in the order of the fields; they arise in the order in which fields depend on
    /// each other.
    fileprivate var inOrderOfFields: [MappingProblem] {
        Field.allCases.flatMap { field in filter { $0.field == field } }
    }
}
