import JSON
import Referrals
import Storage

/// What the sender of one message is told.
package enum Answer: Equatable, Sendable {
    case settled(Settled)
    case refused(Refused)

    package struct Settled: Equatable, Sendable {
        package var event: ID<Event>
        package var outcome: Outcome
        package var reasons: Reasons
        package var conversion: ID<Conversion>?
        package var rewards: [RewardSummary]
        package var isDuplicate: Bool

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

    package struct RewardSummary: Equatable, Sendable {
        package var id: ID<Reward>
        package var kind: CampaignReward.Kind
        package var beneficiary: CampaignReward.Beneficiary
        package var status: RewardStatus
        package var reasons: Reasons
    }

    package enum Refused: Equatable, Sendable {
        /// Kept, but its source wants to be told.
        case unmapped(event: ID<Event>, code: String, sentences: [String])
        case eventIDReused(event: ID<Event>, eventID: String)
    }
}

extension Answer.Settled {
    /// `{"received": true, "event": …}`; within a list of answers without the first member.
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
