import Rules

/// The variables that a campaign's conditions and its review expression can read.
package enum ConditionLanguage {
    static let event = RecordTable("event", EventField.self)
    static let lead = RecordTable("lead", LeadField.self)
    static let referrer = RecordTable("referrer", ReferrerField.self)
    static let campaign = RecordTable("campaign", CampaignField.self)

    /// The variables; the raw value is the index in an activation.
    package enum Slot: Int, CaseIterable {
        case event, payload, lead, referrer, campaign, now

        fileprivate var declaration: Environment.Variable {
            switch self {
            case .event: .init("event", .record(ConditionLanguage.event.type))
            case .payload: .init("payload", .dyn)
            case .lead: .init("lead", .record(ConditionLanguage.lead.type))
            case .referrer: .init("referrer", .record(ConditionLanguage.referrer.type))
            case .campaign: .init("campaign", .record(ConditionLanguage.campaign.type))
            case .now: .init("now", .timestamp)
            }
        }
    }

    /// The declarations of all variables, for the compiler.
    package static let environment = Environment(
        variables: Slot.allCases.map(\.declaration), refusesUnreadable: true)
}
