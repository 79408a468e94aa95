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
        if isAlone {
            writer.key("received")
            writer.bool(true)
        }
        writer.key("event")
        writer.integer(event.number)
        writer.key("outcome")
        writer.string(outcome.rawValue)
        writer.key("reasons")
        writer.append(reasons)
        writer.key("conversion")
        if let conversion { writer.integer(conversion.number) } else { writer.null() }
        writer.key("rewards")
        writer.beginArray()
        for reward in rewards {
            writer.beginObject()
            writer.key("id")
            writer.integer(reward.id.number)
            writer.key("kind")
            writer.string(reward.kind.rawValue)
            writer.key("beneficiary")
            writer.string(reward.beneficiary.rawValue)
            writer.key("status")
            writer.string(reward.status.rawValue)
            writer.key("reasons")
            writer.append(reward.reasons)
            writer.endObject()
        }
        writer.endArray()
        writer.key("duplicate")
        writer.bool(isDuplicate)
        writer.endObject()
    }
}

extension Writer {
    package mutating func append(_ reasons: Reasons) {
        beginArray()
        for reason in reasons { string(reason.text) }
        endArray()
    }
}
