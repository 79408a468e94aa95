import JSON
import Referrals
import Schemas
import Storage

/// The result that the sender of one message receives.
package enum Answer: Equatable, Sendable {
    case recorded(Recorded)
    case refused(Refused)

    /// The result of a recorded event.
    package struct Recorded: Equatable, Sendable {
        /// The number under which the event is stored.
        package var event: ID<Event>
        /// The outcome of the decision.
        package var outcome: Outcome
        /// The reasons of an outcome that is not plain success.
        package var reasons: Reasons
        /// The conversion that the event made or belongs to.
        package var conversion: ID<Conversion>?
        /// The rewards of the conversion.
        package var rewards: [RewardSummary]
        /// True if the message repeats an earlier one.
        package var isDuplicate: Bool

        /// Makes a result; all but event and outcome have defaults.
        package init(
            event: ID<Event>, outcome: Outcome, reasons: Reasons = [],
            conversion: ID<Conversion>? = nil, rewards: [RewardSummary] = [],
            isDuplicate: Bool = false
        ) {
            self.event = event
            self.outcome = outcome
            self.reasons = reasons
            self.conversion = conversion
            self.rewards = rewards
            self.isDuplicate = isDuplicate
        }
    }

    /// A reward as the sender of the event sees it.
    package struct RewardSummary: Equatable, Sendable {
        /// The reward's number.
        package var id: ID<Reward>
        /// The kind that the campaign's rule states.
        package var kind: CampaignReward.Kind
        /// The side that receives the reward: lead or referrer.
        package var beneficiary: CampaignReward.Beneficiary
        /// The status of the reward now.
        package var status: RewardStatus
        /// The reasons of a status that is not `issued`.
        package var reasons: Reasons
    }

    /// A message that led to no event, or to one that the sender must correct.
    package enum Refused: Equatable, Sendable {
        /// The message is stored, but its source wants an error for messages without an event.
        case unmapped(event: ID<Event>, code: String, sentences: [String])
        case eventIDReused(event: ID<Event>, eventID: String)
    }
}

extension Answer.Recorded {
    /// Writes `{"received": true, "event": …}`; within a list of answers without the first member.
    package func append(to writer: inout Writer, isAlone: Bool = true) {
        writer.beginObject()
        if isAlone { writer.member("received", true) }
        writer.member("event", event.number)
        writer.member("outcome", outcome.rawValue)
        writer.member("reasons", reasons)
        writer.member("conversion", conversion?.number)
        writer.list("rewards", rewards) { reward, writer in
            writer.object { writer in
                writer.member("id", reward.id.number)
                writer.member("kind", reward.kind.rawValue)
                writer.member("beneficiary", reward.beneficiary.rawValue)
                writer.member("status", reward.status.rawValue)
                writer.member("reasons", reward.reasons)
            }
        }
        writer.member("duplicate", isDuplicate)
        writer.endObject()
    }
}

extension Answer.Recorded {
    /// The schema of the object that `append` writes.
    package static func schema(isAlone: Bool) -> JSONSchema {
        .named(
            isAlone ? "EventAnswer" : "EventAnswerInList",
            .object(
                (isAlone ? [.required("received", .constant(true))] : []) + [
                    .required("event", .id.described("The number of the stored event.")),
                    .required("outcome", .choice(Outcome.self)),
                    .required("reasons", .reasons),
                    .required("conversion", .id.nullable),
                    .required("rewards", .array(of: Answer.RewardSummary.schema)),
                    .required(
                        "duplicate",
                        .boolean.described("True if the message repeats an earlier one.")),
                ]))
    }
}

extension Answer.RewardSummary {
    fileprivate static let schema = JSONSchema.object([
        .required("id", .id),
        .required("kind", .choice(CampaignReward.Kind.self)),
        .required("beneficiary", .choice(CampaignReward.Beneficiary.self)),
        .required("status", .choice(RewardStatus.self)),
        .required("reasons", .reasons),
    ])
}
