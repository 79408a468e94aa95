import Referrals
import Rules

/// The fields of `campaign`.
enum CampaignField: RecordField {
    case id, name, owner, goalType, version

    var declaration: RecordType.Field {
        switch self {
        case .id: .init("id", .int)
        case .name: .init("name", .string)
        case .owner: .init("owner", .string)
        case .goalType: .init("goal_type", .string)
        case .version: .init("version", .int)
        }
    }

    func value(of campaign: Campaign) -> Rules.Value? {
        switch self {
        case .id: .int(campaign.id.declared.number)
        case .name: .string(campaign.rules.name)
        case .owner: .string(campaign.rules.owner ?? "")
        case .goalType: .string(campaign.rules.goalType)
        case .version: .int(Int64(campaign.version))
        }
    }
}
