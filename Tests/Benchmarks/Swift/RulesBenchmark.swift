import JSON
import Rules

/// The bars of the rule language: one condition without a trace, and all fields of one mapping.
enum RulesBenchmark {
    static func run(arguments: [String]) throws {
        try condition()
        try mapping()
    }

    private static func condition() throws {
        let event = RecordType(
            name: "event",
            fields: [
                RecordType.Field("amount", .int), RecordType.Field("currency", .string),
            ])
        let lead = RecordType(name: "lead", fields: [RecordType.Field("email", .string)])
        let environment = Environment(
            variables: [
                Environment.Variable("event", .record(event)),
                Environment.Variable("lead", .record(lead)),
            ])
        let text =
            #"event.amount >= 5000 && event.currency == "USD" && !lead.email.endsWith("@acme.com")"#
        let program = try Program.compile(text, in: environment, expecting: .bool)
        var activation = Activation(environment)
        activation[slot: 0] = .record(Record(event, [.int(7500), .string("USD")]))
        activation[slot: 1] = .record(Record(lead, [.string("ana.alvarez@example.com")]))
        guard case .success(.bool(true)) = program.evaluate(activation) else {
            preconditionFailure("the condition is true")
        }
        let took = Stopwatch.best(200_000) {
            if case .success(.bool(true)) = program.evaluate(activation) { 1 } else { 0 }
        }
        report("condition", took, bar: 1000)
        let compiling = Stopwatch.best(2000) {
            (try? Program.compile(text, in: environment, expecting: .bool)) == nil ? 0 : 1
        }
        report("compiling it", compiling, bar: nil)
    }

    private static let fields = [
        "headers[?\"webhook-id\"]", "payload.type", "payload.data.referral_code",
        "payload.data.?order_id", "payload.data.?amount", "payload.data.?currency",
        "payload.?timestamp", "payload.data.?customer.?email", "payload.data.?customer.?id",
        "payload.data.?customer.?first_name",
    ]

    private static let body = """
        {"type":"purchase","timestamp":"2026-11-21T07:07:07.123Z","data":{"referral_code":"ANA-2291",\
        "order_id":"ord_01HF3ZK9Q2","amount":7500,"currency":"USD","customer":{"id":"cus_9fK2mN41",\
        "email":"lead.person@example.com","first_name":"Maria"},"items":[{"sku":"SKU-1","quantity":2,\
        "price":2500},{"sku":"SKU-2","quantity":1,"price":2500}],"metadata":{"campaign":"autumn",\
        "channel":"email","note":"first order of the season, thanks!!!"}}}
        """

    private final class Headers: StringTable {
        let fields: [(name: String, value: String)]
        init(_ fields: [(name: String, value: String)]) { self.fields = fields }
        var names: [String] { fields.map(\.name) }
        func string(named name: String) -> String? {
            for field in fields where field.name.utf8.elementsEqual(name.utf8) {
                return field.value
            }
            return nil
        }
    }

    private static func mapping() throws {
        let environment = Environment(
            variables: [
                Environment.Variable("payload", .dyn),
                Environment.Variable("headers", .map(.string, .string)),
            ])
        let programs = try fields.map { try Program.compile($0, in: environment) }
        let document = try Document(parsing: Array(body.utf8))
        let headers = Headers([
            ("host", "hooks.example.com"), ("content-type", "application/json"),
            ("content-length", "436"), ("webhook-id", "msg_2vZkQ9x71LQ"),
            ("webhook-timestamp", "1795244827"), ("webhook-signature", "v1,abcdef"),
        ])
        let took = Stopwatch.best(50_000) {
            var activation = Activation(environment)
            activation[slot: 0] = Value(document.root)
            activation[slot: 1] = .table(headers)
            var budget = Budget()
            var found = 0
            for program in programs {
                if case .value = program.select(activation, spending: &budget) { found += 1 }
            }
            return found
        }
        report("mapping of \(fields.count) fields, \(body.utf8.count) bytes", took, bar: 4000)
    }

    private static func report(_ subject: String, _ took: Double, bar: Double?) {
        let verdict = bar.map {
            took <= $0 ? " (bar \(Int($0)): met)" : " (bar \(Int($0)): MISSED)"
        }
        print("\(subject): \(Int(took.rounded())) ns\(verdict ?? "")")
    }
}
