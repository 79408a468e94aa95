import HTTP
import Mapping
import Webhooks

extension Problem {
    static var unknownSource: Problem {
        Problem(
            .notFound, "unknown_source", "Unknown source",
            detail: "No source has this address. `refgate apply` declares sources.")
    }

    package static func methodNotAllowed(allow: String) -> Problem {
        var problem = Problem(
            .methodNotAllowed, "method_not_allowed", "Method not allowed",
            detail: "This address takes \(allow).")
        problem.fields.append("allow", allow)
        return problem
    }

    static func unsupportedMediaType(_ formats: [BodyFormat]) -> Problem {
        let accepted = formats.map(\.contentType).joined(separator: " or ")
        return Problem(
            .unsupportedMediaType, "unsupported_media_type", "Unsupported content type",
            detail: "This source sends \(accepted).")
    }

    package static func tooManyRequests<Key>(
        _ detail: String, _ standing: Rates<Key>.Standing
    ) -> Problem {
        var problem = Problem(
            .tooManyRequests, "too_many_requests", "Too many requests", detail: detail)
        problem.fields.append("retry-after", "\(standing.secondsLeft)")
        return problem
    }

    static func invalidJSON(_ reason: String, line: Int, column: Int) -> Problem {
        Problem(
            .badRequest, "invalid_json", "The body is not valid JSON",
            detail: "Line \(line), column \(column): \(reason)",
            members: [("line", .number(Int64(line))), ("column", .number(Int64(column)))])
    }

    /// The refusal, never what would have been right.
    static func unauthorized(_ refusal: Refusal) -> Problem {
        Problem(
            .unauthorized, refusal.code, "Invalid or missing signature",
            detail: refusal.description, members: [("verdict", .text(refusal.verdict))])
    }
}
