import HTTP
import JSON
import Rules

/// A mapping ready to read bodies: checked and planned once, used by any number of threads.
package final class CompiledMapping: Sendable {
    /// The mapping as it was declared.
    package let text: MappingText
    /// The header fields that must be stored with a message so that it can be mapped again.
    package let headerNames: HeaderNames
    /// The header fields that the event id depends on: if one of them is not signed, neither is the
    /// id.
    package let eventIDHeaderNames: HeaderNames

    let each, filter: FieldProgram?
    let eventID, goal, amount, currency, paid, occurredAt: FieldProgram?
    let email, customer, firstName, test, reversal: FieldProgram?
    let referralCodes, businessKeys: [FieldProgram]
    private let readsHeaders: Bool

    /// Compiles every expression; throws the errors of all of them at once.
    package init(_ text: MappingText, zones: Zones = .none) throws(MappingErrors) {
        var compiler = Compiler(text, zones)
        each = compiler.program(.each)
        filter = compiler.program(.filter)
        eventID = compiler.program(.eventID)
        goal = compiler.program(.goal)
        referralCodes = compiler.programs(.referralCode)
        businessKeys = compiler.programs(.businessKey)
        amount = compiler.program(.amount)
        currency = compiler.program(.currency)
        paid = compiler.program(.paid)
        occurredAt = compiler.program(.occurredAt)
        email = compiler.program(.email)
        customer = compiler.program(.customer)
        firstName = compiler.program(.firstName)
        test = compiler.program(.test)
        reversal = compiler.program(.reversal)
        compiler.requireWayToPerson()
        guard compiler.faults.isEmpty else { throw MappingErrors(compiler.faults) }
        self.text = text
        headerNames = text.headerNames(text.fields)
        eventIDHeaderNames = text.headerNames([.eventID])
        readsHeaders = headerNames != .only([])
    }

    /// True if a body is a list of items, which `each` selects.
    package var cutsBodies: Bool { each != nil }

    /// Maps a body. An item that cannot be mapped does not affect the others.
    package func map(_ document: Document, headers: Fields) -> Mapped {
        var reader = reader(headers)
        guard each != nil else { return .single(reader.item(document.root)) }
        switch reader.items(document.root) {
        case .success(let items):
            return .batch(
                items.map { Mapped.BatchItem(payload: $0, item: reader.item($0)) })
        case .failure(let problem): return .single(.unmapped([problem]))
        }
    }

    /// Maps one stored item of a body again, or a body that is a single item.
    package func mapItem(_ payload: JSON.Value, headers: Fields) -> Mapped.Item {
        var reader = reader(headers)
        return reader.item(payload)
    }

    /// The event id of an item whose other fields could not be mapped, by which it is recognised
    /// when it is sent again. Nil if the id cannot be mapped either.
    package func eventID(of payload: JSON.Value, headers: Fields) -> String? {
        var reader = reader(headers)
        return reader.eventID(payload)
    }

    func reader(_ headers: Fields) -> ItemReader {
        var activation = Self.blank
        if readsHeaders { activation[slot: Self.headersSlot] = .table(HeaderTable(headers)) }
        return ItemReader(self, activation)
    }
}

extension CompiledMapping {
    static let payloadSlot = 0
    static let headersSlot = 1

    /// The environment of a mapping's expressions. With `each`, `payload` is one item, of any type.
    package static let environment = Environment(
        variables: [
            .init("payload", .dyn),
            .init("headers", .map(.string, .string)),
        ],
        functions: [sum], refusesUnreadable: true)

    private static let blank = Activation(environment)

    /// `sum([1, 2])` adds whole numbers; CEL itself cannot fold a list.
    private static let sum = FunctionDeclaration(
        "sum", overloads: [Overload([.list(.int)], .int)]
    ) { arguments throws(EvaluationError) in
        guard let values = arguments.first?.asList else {
            throw EvaluationError(
                .noSuchOverload(function: "sum", arguments: arguments.map(\.typeName.name)))
        }
        var total: Int64 = 0
        for value in values {
            guard let number = value.asInt else {
                throw EvaluationError(
                    .noSuchOverload(function: "sum", arguments: ["list(\(value.typeName.name))"]))
            }
            let (next, overflow) = total.addingReportingOverflow(number)
            guard !overflow else { throw EvaluationError(.overflow("sum")) }
            total = next
        }
        return .int(total)
    }
}

/// One expression of a mapping, shared by all events that are mapped with it.
final class FieldProgram: Sendable {
    let field: Field
    let program: Program

    init(_ field: Field, _ program: Program) {
        self.field = field
        self.program = program
    }

    func problem(_ cause: MappingProblem.Cause) -> MappingProblem {
        MappingProblem(field, program.source.text, cause)
    }
}

extension MappingText {
    func headerNames(_ fields: [Field]) -> HeaderNames {
        fields.flatMap { self[$0] }.reduce(.only([])) { $0.union(HeaderNames(in: $1)) }
    }
}

extension CompiledMapping {
    /// A message's header fields as the map `headers` of expressions.
    package static func headers(_ fields: Fields) -> any StringTable { HeaderTable(fields) }
}
