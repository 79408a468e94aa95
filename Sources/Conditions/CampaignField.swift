import Referrals
import Rules

/// A campaign with the fields that conditions can read.
struct ConditionCampaign {
    let version: Campaign
    /// The number of approved conversions, the event's own included; nil if no rule reads it.
    let conversions: Int64?
}

/// The fields of `campaign`.
enum CampaignField: RecordField {
    case id, name, owner, goalType, version, conversions

    var declaration: RecordType.Field {
        switch self {
        case .id: .init("id", .int)
        case .name: .init("name", .string)
        case .owner: .init("owner", .string)
        case .goalType: .init("goal_type", .string)
        case .version: .init("version", .int)
        case .conversions: .init("conversions", .int)
        }
    }

    func value(of condition: ConditionCampaign) -> Rules.Value? {
        let campaign = condition.version
        return switch self {
        case .id: .int(campaign.id.declared.number)
        case .name: .string(campaign.rules.name)
        case .owner: .string(campaign.rules.owner ?? "")
        case .goalType: .string(campaign.rules.goalType)
        case .version: .int(Int64(campaign.version))
        case .conversions: condition.conversions.map { .int($0) }
        }
    }
}
