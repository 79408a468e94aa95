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
    /// The parameters by which events are found.
    static let eventFilters: [QueryParameter] =
        [
            .choice("outcome", of: Outcome.self, "The outcome of the events."),
            .text("source", "The id of the source."),
        ] + QueryParameter.names("events") + [.goal, .reason]
        + QueryParameter.times("received_at")

    /// `GET /events`: the latest first.
    func events(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let declarations = current.declarations
        let filters = query.status("outcome") + query.names + query.reason
        let found = try page.search(
            .events, filters + source(query, call), TimeRange(query), call, store,
            where: goal(query, store))
        return try page.response(found.numbers, next: found.next) { number, writer in
            guard let row = try store.events.find(ID(number)) else { return }
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
