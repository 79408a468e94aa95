import Database
import HTTP
import JSON
import Ledger
import Referrals
import Schemas
import Sockets
import Storage
import Transport

extension PostResult {
    /// Sends each loop its results at once. Called on the writer's thread; the loops make and write
    /// the responses.
    package static func answer(_ results: [PostResult]) {
        var rest = results[...]
        while let loop = rest.first?.post.reply.loop {
            let own = rest.filter { $0.post.reply.loop === loop }
            rest = rest.filter { $0.post.reply.loop !== loop }
            loop.execute { loop.complete(own.map(\.answer)) }
        }
    }

    /// The response and the request's reply. Made on the loop's thread.
    var answer: (Reply, Response) {
        let response = response
        return (response.isError ? post.labelledReply : post.reply, response)
    }

    private var response: Response {
        switch result {
        case .failure(let error): return problem(error).response
        case .success(let answers):
            guard !post.isBatch, let answer = answers.first else { return list(answers) }
            switch answer {
            case .recorded(let recorded):
                var writer = Writer(reservingCapacity: 256)
                recorded.append(to: &writer)
                return Response(status: .ok, contentType: .json, body: writer.bytes)
            case .refused(let refused): return refused.problem.response
            }
        }
    }

    private func problem(_ error: StorageError) -> Problem {
        var problem = error.problem
        guard recorded > 0 else {
            problem.detail =
                "Nothing was recorded. Send the event again"
                + (error.isOurs ? "." : " after the time in Retry-After.")
            return problem
        }
        problem.detail =
            "\(recorded) of the list's \(post.messages.count) events were recorded. Send the list again after"
            + " the time in Retry-After; they are then answered as duplicates."
        return problem
    }

    /// `{"received": true, "events": [one answer or problem per item, in order]}`
    private func list(_ answers: [Answer]) -> Response {
        var writer = Writer(reservingCapacity: 256 * (answers.count + 1))
        writer.beginObject()
        writer.member("received", true)
        writer.key("events")
        writer.beginArray()
        for answer in answers {
            switch answer {
            case .recorded(let recorded): recorded.append(to: &writer, isAlone: false)
            case .refused(let refused): refused.problem.append(to: &writer)
            }
        }
        writer.endArray()
        writer.endObject()
        return Response(status: .ok, contentType: .json, body: writer.bytes)
    }
}

extension Answer.Refused {
    /// The response to a message that led to no event.
    package var problem: Problem {
        switch self {
        case .unmapped(let event, let code, let sentences):
            Problem(
                .unprocessableContent, code, "The event could not be mapped",
                detail: Self.joined(sentences)
                    + ". The event is stored; correct the sender or the source's mapping, and replay it.",
                members: [("event", .number(event.number)), ("outcome", .text("unmapped"))])
        case .eventIDReused(let event, let eventID):
            Problem(
                .conflict, ReasonCode.eventIDReused.text,
                "The event id was used before for another event",
                detail:
                    "Event \(event.number) has the id \(eventID) and other fields. A new event needs an id of its own.",
                members: [("event", .number(event.number))])
        }
    }

    /// Joins sentences. A body of an unexpected shape fails every field for the same reason.
    private static func joined(_ sentences: [String]) -> String {
        let most = 3
        let more = sentences.count - most
        return sentences.prefix(most).joined(separator: "; ")
            + (more > 0 ? "; the same applies to \(more) more field\(more == 1 ? "" : "s")" : "")
    }
}

extension StorageError {
    /// The response to a client that has done nothing wrong. Nothing is done in part, so the client
    /// may try again.
    package var problem: Problem {
        if isOurs { return .internalError(cause: description) }
        let (code, error) =
            switch kind {
            case .full: ("storage_full", "The disk is full")
            case .busy: ("storage_locked", "The database is locked")
            case .replaced: ("storage_replaced", "The database was replaced or removed")
            case .readOnly: ("storage_read_only", "The database is read-only")
            case .corrupt, .notADatabase: ("storage_damaged", "The database is damaged")
            case .unusable:
                (
                    "campaign_unusable",
                    message.prefix(1).uppercased() + message.dropFirst()
                        + "; the log has the reason"
                )
            case .inputOutput, .cannotOpen, .constraint, .misuse, .contradiction, .other:
                ("storage_failed", "The database failed")
            }
        var problem = Problem(
            .serviceUnavailable, code, error,
            detail: "Try again after the time in Retry-After.")
        problem.fields.append("retry-after", "5")
        return problem
    }
}

extension Problem {
    /// The response to a defect of this program: a repeat may fail as well.
    package static func internalError(cause: String) -> Problem {
        var problem = Problem(
            .internalServerError, "internal_error", "Internal error",
            detail:
                "The gateway has a defect. Its log has the cause, at the time of this response.")
        problem.cause = cause
        return problem
    }
}

extension PostResult {
    /// The schema of the response without a problem.
    package static let schema = JSONSchema.any(of: [
        Answer.Recorded.schema(isAlone: true),
        .named(
            "EventListAnswer",
            .object([
                .required("received", .constant(true)),
                .required(
                    "events",
                    .array(of: .any(of: [Answer.Recorded.schema(isAlone: false), Problem.schema]))
                ),
            ])),
    ])
}
