import Database
import Declarations
import HTTP
import Inbound
import Insight
import JSON
import Ledger
import Reading
import Referrals
import Schemas
import Storage
import Time
import Transport

extension API {
    /// `GET /events`: the latest first, `limit` and `cursor`, filtered by `outcome` and `source`.
    func events(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let outcome = query["outcome"].flatMap { Outcome(rawValue: $0) }
        let declarations = current.declarations
        let source = try query["source"].map { try self.source(named: $0, of: call.account) }
        let rows = try store.events.list(
            of: call.account, before: page.before, limit: page.limit + 1,
            source: source, outcome: outcome)
        return try page.response(rows, number: { $0.id.number }) { row, writer in
            writer.object { members(of: row, declarations, to: &$0) }
        }
    }

    /// The source with an id; 0, which no source has, for the built-in one before its first event.
    func source(named id: String, of account: ID<Account>) throws -> ID<Referrals.Source> {
        let declarations = current.declarations
        let source = declarations.sources[SourceName.stored(id, of: account)]
        if id == SourceName.builtIn, source == nil {
            return declarations.builtInSource(of: account)?.number ?? ID(0)
        }
        guard let source, source.account == account else {
            throw Problem.invalidParameter("source", "the id of a source")
        }
        return source.number
    }

    /// The schema of an event in a list.
    static let eventSchema = JSONSchema.named(
        "Event",
        .object([
            .required("id", .id),
            .required("source", .string.nullable),
            .required("event_id", .string.described("The sender's id of the event.")),
            .required("received_at", .instant),
            .required("outcome", .choice(Outcome.self)),
            .required("reasons", .reasons),
            .required("conversion", .id.nullable),
        ]))

    /// The schema of an event with its trace.
    static let tracedEventSchema = JSONSchema.named(
        "TracedEvent",
        .object(eventSchema.properties + [.required("trace", Explanation.schema)]))

    func members(
        of row: EventRow, _ declarations: CompiledDeclarations, to writer: inout JSON.Writer
    ) {
        writer.member("id", row.id.number)
        writer.member("source", declarations.source(row.source)?.id)
        writer.member("event_id", row.eventID)
        writer.member("received_at", row.receivedAt.rfc3339)
        writer.member("outcome", row.outcome.rawValue)
        writer.member("reasons", row.reasons)
        writer.member("conversion", row.conversion?.number)
    }

    /// `POST /events/{id}/replay` `{"lead": {"email", "customer"}}`: decides the event again under
    /// today's rules, about this lead if the event names none.
    func replay(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let id = call.number
        let body = try call.body()
        let request = try ReplayRequest.read(body)
        let row = try processor.store.events.find(ID(id))
        guard let row, processor.declarations.source(row.source)?.account == call.account else {
            throw Problem.noSuchEvent(id)
        }
        let lead = request.lead.map {
            SuppliedLead(email: $0.email?.canonical, customer: $0.customer)
        }
        if lead != nil, let obstacle = processor.obstacle(toNamingLeadOf: row) {
            throw Problem.conflict(
                "lead_not_wanted", "No lead can be named for the event", obstacle)
        }
        switch try processor.redecide(row.id, lead: lead, now: now) {
        case .recorded(let recorded): return try .json { recorded.append(to: &$0) }
        // The failure of the mapping is recorded now.
        case .refused(let refused): return refused.problem.response
        case nil: throw Problem.notReplayable(id)
        }
    }
}

extension Problem {
    static func noSuchEvent(_ id: Int64) -> Problem {
        Problem(.notFound, "not_found", "Not found", detail: "There is no event \(id).")
    }

    static func notReplayable(_ id: Int64) -> Problem {
        Problem(
            .conflict, "not_replayable", "The event cannot be replayed",
            detail: "The body of event \(id) was erased, or its source is gone.")
    }
}
