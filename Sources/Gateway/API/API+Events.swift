import HTTP
import Inbound
import JSON
import Referrals
import SQLite
import Storage
import Time
import Transport

extension API {
    /// `GET /events`: the latest first, `limit` and `cursor`, filtered by `outcome` and `source`.
    func events(
        _ request: Request, _ store: Store, _ account: Int64
    ) throws(Problem) -> Response {
        let query = try Query(request.target)
        let limit = try query.integer("limit", in: 1...100) ?? 20
        let before = try query.integer("cursor", in: 1...Int64.max)
        var outcome: Outcome?
        if let text = query["outcome"] {
            guard let known = Outcome(rawValue: text) else {
                throw .invalidParameter(
                    "outcome",
                    "one of "
                        + Outcome.allCases.map(\.rawValue).joined(separator: ", "))
            }
            outcome = known
        }
        let programme = board.programme
        var source: SourceSettings?
        if let id = query["source"] {
            guard let known = programme.sources[id], known.account == account else {
                throw .invalidParameter("source", "the id of a source")
            }
            source = known
        }
        let rows: [EventRow]
        do {
            rows = try store.events.list(
                of: account, before: before, limit: Int(limit) + 1, source: source?.number,
                outcome: outcome)
        } catch {
            throw SettlementError.storage(error).problem
        }
        let page = rows.prefix(Int(limit))
        return .json { writer in
            writer.beginObject()
            writer.key("data")
            writer.beginArray()
            for row in page { write(row, programme, to: &writer) }
            writer.endArray()
            writer.key("next")
            if rows.count > page.count, let last = page.last {
                writer.string(String(last.id.number))
            } else {
                writer.null()
            }
            writer.endObject()
        }
    }

    func write(_ row: EventRow, _ programme: Programme, to writer: inout JSON.Writer) {
        writer.beginObject()
        writer.key("id")
        writer.integer(row.id.number)
        writer.key("source")
        if let id = programme.source(row.source)?.id { writer.string(id) } else { writer.null() }
        writer.key("event_id")
        writer.string(row.eventID)
        writer.key("received_at")
        writer.string(row.receivedAt.rfc3339)
        writer.key("outcome")
        writer.string(row.outcome.rawValue)
        writer.key("reasons")
        writer.append(row.reasons)
        writer.key("conversion")
        if let id = row.conversion { writer.integer(id.number) } else { writer.null() }
        writer.endObject()
    }

    /// `POST /events/{id}/replay`: decided again under today's rules.
    func replay(
        _ id: Int64, _ store: Store, _ caller: Caller
    ) throws(Problem) {
        let row: EventRow?
        do { row = try store.events.find(ID(id)) } catch {
            throw SettlementError.storage(error).problem
        }
        guard let row, board.programme.source(row.source)?.account == caller.account else {
            throw .noSuchEvent(id)
        }
        let answer = AnswerBox()
        let isTaken = queue.submit { settlement, now throws(SettlementError) in
            answer.put(try settlement.redecide(row.id, now: now))
        } done: { failure in
            let response: Response
            switch (failure, answer.taken) {
            case (let failure?, _): response = failure.problem.response
            case (nil, .settled(let settled)?): response = .json { settled.append(to: &$0) }
            case (nil, .refused(let refused)?): response = refused.problem.response
            case (nil, nil): response = Problem.notReplayable(id).response
            }
            caller.answer(response)
        }
        if !isTaken { throw RequestError.stopping.problem }
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

    static func invalidParameter(_ name: String, _ expected: String) -> Problem {
        Problem(
            .badRequest, "invalid_parameter", "Invalid query parameter",
            detail: "\(name) is \(expected).")
    }
}
