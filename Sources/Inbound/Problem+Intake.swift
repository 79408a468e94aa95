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

    /// The source exists, but its stored declaration cannot be used. Senders try again later.
    package static var sourceUnusable: Problem {
        var problem = Problem(
            .serviceUnavailable, RefusalCode.sourceUnusable, "The source cannot be used",
            detail:
                "The gateway cannot read its stored secrets or settings; its log has the reason.")
        problem.fields.append("retry-after", "60")
        return problem
    }

    /// 405 with the methods that the resource allows.
    package static func methodNotAllowed(allow: String) -> Problem {
        var problem = Problem(
            .methodNotAllowed, "method_not_allowed", "Method not allowed",
            detail: "This address accepts \(allow).")
        problem.fields.append("allow", allow)
        return problem
    }

    /// 429 with the rate-limit fields of a client's standing.
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

    /// 401 with the reason of the refusal, and never the expected value.
    package static func unauthorized(_ refusal: Refusal, by scheme: Scheme?) -> Problem {
        var problem = Problem(
            .unauthorized, refusal.reason.text, "Invalid or missing signature",
            detail: refusal.description, members: [("verdict", .text(refusal.verdict))])
        problem.fields.append("www-authenticate", scheme.challenge)
        return problem
    }
}

/// The codes of deliveries refused before they are processed, for counters. Codes that are reasons
/// too are defined there.
package enum RefusalCode {
    /// The body's media type or coding is not accepted.
    package static let unsupportedMediaType = "unsupported_media_type"
    /// The source's rate limit is exceeded.
    package static let tooManyRequests = "too_many_requests"

    /// The stored declaration of the source cannot be used.
    package static let sourceUnusable = "source_unusable"

    /// All codes, each once.
    package static let all: [String] =
        [
            ReasonCode.unknownSource, .signatureMissing, .signatureMismatch, .timestampOutOfWindow,
            .invalidJSON,
        ].map(\.text) + [
            unsupportedMediaType, tooManyRequests, sourceUnusable, RequestError.overloaded.code,
        ]
}

extension Scheme? {
    /// The challenge that names the proof of a delivery (RFC 9110 section 11.6.1). No registered
    /// scheme names webhook signatures.
    fileprivate var challenge: String {
        if case .token(let header, _)? = self?.evidence, header.lowercased() == "authorization" {
            return "Bearer realm=\"refgate\""
        }
        return "Signature realm=\"refgate\", scheme=\"\(self?.name ?? "")\""
    }
}

extension Refusal {
    /// The reason code: three kinds, which show senders where the error lies.
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
