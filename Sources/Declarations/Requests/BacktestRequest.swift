import JSON
import Reading
import Referrals
import Schemas
import Time

/// The body of a request that decides stored events again under changed rules.
package struct BacktestRequest: Sendable {
    /// The members of the campaign that the draft changes, as a document of its own.
    package var rules: Document
    /// The earliest time of arrival; nil for all events.
    package var since: Instant?
    /// The number of changed events that are described.
    package var limit: Int

    private static let usual = 100
    private static let limits: ClosedRange<Int64> = 0...10_000

    /// Reads the body.
    package static func read(_ body: Document) throws(Mistakes) -> BacktestRequest {
        try request(body) { members in
            var rules = body
            if let member = members.member("rules"), member.value.kind == .object {
                // A part of a document is one itself.
                rules = (try? Document(parsing: Array(body.bytes[member.value.range]))) ?? body
            } else if let member = members.member("rules") {
                members.note(
                    .wrongType(found: JSONType(member.value.kind), expected: [.object]), at: member)
            } else {
                members.noteMissing("rules")
            }
            return BacktestRequest(
                rules: rules, since: members.instant("since"),
                limit: members.integer("limit", in: limits).map { Int($0) } ?? usual)
        }
    }

    /// The schema of the body.
    package static let schema = JSONSchema.named(
        "BacktestRequest",
        .closed([
            .required(
                "rules",
                CampaignDeclaration.schema(for: .change).described(
                    "The members of the campaign to change; the others stay as they are.")),
            .optional(
                "since",
                .instant.nullable.described(
                    "The earliest time of arrival of the events; all if left out.")),
            .optional(
                "limit",
                .integer(in: limits).nullable.described(
                    "The number of changed events that are described; \(usual) if left out.")),
        ]))
}
