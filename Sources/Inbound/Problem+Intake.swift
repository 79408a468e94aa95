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
    static func unauthorized(_ refusal: Refusal, by scheme: Scheme?) -> Problem {
        var problem = Problem(
            .unauthorized, refusal.reason.text, "Invalid or missing signature",
            detail: refusal.description, members: [("verdict", .text(refusal.verdict))])
        problem.fields.append("www-authenticate", scheme.challenge)
        return problem
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

extension Scheme? {
    /// What proves a delivery (RFC 9110 section 11.6.1). No registered scheme names webhook signatures.
    fileprivate var challenge: String {
        if case .token(let header, _)? = self?.evidence, header.lowercased() == "authorization" {
            return "Bearer realm=\"refgate\""
        }
        return "Signature realm=\"refgate\", scheme=\"\(self?.name ?? "")\""
    }
}

extension Refusal {
    /// Three kinds of trouble, for senders that only want to know where to look.
    var reason: ReasonCode {
        switch self {
        case .headerMissing: .signatureMissing
        case .timestampMalformed, .timestampTooOld, .timestampInFuture, .timestampUnit:
            .timestampOutOfWindow
        case .signatureMalformed, .signatureMismatch, .keyExpired, .idMalformed, .schemeDowngrade:
            .signatureMismatch
        }
    }
}
