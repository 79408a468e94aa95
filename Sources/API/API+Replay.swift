import Database
import Declarations
import HTTP
import Inbound
import Insight
import JSON
import Ledger
import Referrals
import Schemas
import Storage
import Time

/// The response of a change that is only tried. It is thrown, so that the transaction of the change
/// is rolled back, and with it all that the writer remembers from it.
struct DryRun: Error {
    let response: Response
}

extension API {
    /// The schema of the answer to a replay.
    static let replaySchema = JSONSchema.any(of: [
        Answer.Recorded.schema(isAlone: true),
        .named(
            "DryReplay",
            .object([
                .required("dry_run", .constant(true)),
                .required(
                    "decision",
                    Answer.Recorded.schema(isAlone: false).described(
                        "The answer that a replay would give now; its numbers are not taken.")),
                .required("trace", Explanation.schema),
            ])),
    ])

    /// `POST /events/{id}/replay` `{"lead": {"email", "customer"}, "dry_run"}`: decides the event
    /// again under today's rules, about this lead if the event names none. A dry run answers the
    /// decision with its trace, and stores and counts nothing.
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
        case .recorded(let recorded):
            guard request.isDryRun else { return try .json { recorded.append(to: &$0) } }
            throw DryRun(response: try response(to: recorded, call, processor))
        // The failure of the mapping is recorded now.
        case .refused(let refused):
            guard request.isDryRun else { return refused.problem.response }
            throw DryRun(response: refused.problem.response)
        case nil: throw Problem.notReplayable(id)
        }
    }

    private func response(
        to recorded: Answer.Recorded, _ call: Call, _ processor: EventProcessor
    ) throws -> Response {
        let trace = try explanation(
            of: .event(recorded.event.number), processor.store, call.account)
        return try .json { writer in
            writer.object { writer in
                writer.member("dry_run", true)
                writer.key("decision")
                recorded.append(to: &writer, isAlone: false)
                writer.member("trace", raw: trace)
            }
        }
    }
}
