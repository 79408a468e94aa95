import HTTP
import Mapping
import Referrals
import Webhooks

extension Problem {
    static var unknownSource: Problem {
        Problem(
            .notFound, ReasonCode.unknownSource.text, "Unknown source",
            detail: "No source has this address. `refgate apply` declares sources.")
    }

    /// The source exists, and what is stored of it cannot be used. Senders try again later.
    static var sourceUnusable: Problem {
        var problem = Problem(
            .serviceUnavailable, RefusalCode.sourceUnusable, "The source cannot be used",
            detail: "The gateway cannot read its stored secrets or settings; its log says why.")
        problem.fields.append("retry-after", "60")
        return problem
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
            .unsupportedMediaType, RefusalCode.unsupportedMediaType, "Unsupported content type",
            detail: "This source sends \(accepted).")
    }

    package static func tooManyRequests<Key>(
        _ detail: String, _ standing: Rates<Key>.Standing
    ) -> Problem {
        var problem = Problem(
            .tooManyRequests, RefusalCode.tooManyRequests, "Too many requests", detail: detail)
        problem.fields.append("retry-after", "\(standing.secondsLeft)")
        return problem
    }

    static func invalidJSON(_ reason: String, line: Int, column: Int) -> Problem {
        Problem(
            .badRequest, ReasonCode.invalidJSON.text, "The body is not valid JSON",
            detail: "Line \(line), column \(column): \(reason)",
            members: [("line", .number(Int64(line))), ("column", .number(Int64(column)))])
    }

    /// The refusal, never what would have been right.
    static func unauthorized(_ refusal: Refusal) -> Problem {
        Problem(
            .unauthorized, refusal.reason.text, "Invalid or missing signature",
            detail: refusal.description, members: [("verdict", .text(refusal.verdict))])
    }
}

/// The codes of what is refused before it is settled, for whoever counts them. Those that are reasons too are
/// defined there.
package enum RefusalCode {
    package static let unsupportedMediaType = "unsupported_media_type"
    package static let tooManyRequests = "too_many_requests"

    package static let sourceUnusable = "source_unusable"

    package static let all: [String] =
        [
            ReasonCode.unknownSource, .signatureMissing, .signatureMismatch, .timestampOutOfWindow,
            .invalidJSON,
        ].map(\.text) + [
            unsupportedMediaType, tooManyRequests, sourceUnusable, RequestError.overloaded.code,
        ]
}

extension Refusal {
    /// Three kinds of trouble, for senders that only want to know where to look.
    var reason: ReasonCode {
        switch self {
        case .headerMissing: .signatureMissing
        case .timestampMalformed, .timestampTooOld, .timestampInFuture: .timestampOutOfWindow
        case .signatureMalformed, .signatureMismatch, .keyExpired, .idMalformed, .schemeDowngrade:
            .signatureMismatch
        }
    }
}
