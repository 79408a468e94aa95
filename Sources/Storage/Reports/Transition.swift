import Currencies
import Referrals

/// A change of state that reports count, with the keys by which it is summed.
package struct Transition: Equatable, Sendable {
    /// The state before and the state after. The former state is nil for a new row.
    package enum Change: Equatable, Sendable {
        /// A person who joined.
        case enrolled(isLead: Bool)
        /// A participant who joined without a referrer, and has one now.
        case referred
        case event(Outcome?, Outcome, Reasons)
        case conversion(ConversionStatus?, ConversionStatus)
        case reward(CampaignReward.Kind, RewardStatus?, RewardStatus)
    }

    /// The unit of the amount.
    package enum Unit: Equatable, Sendable {
        case none
        case points
        case currency(Currency)
    }

    /// The change of state.
    package var change: Change
    /// The account.
    package var account: ID<Account>
    /// The campaign, if known.
    package var campaign: ID<Campaign>?
    /// The source of the event that made the row; nil for a person whom an operator enrolled.
    package var source: ID<Source>?
    /// The unit of the amount.
    package var unit: Unit

    /// Takes the parts over as they are.
    package init(
        _ change: Change, account: ID<Account>, campaign: ID<Campaign>?, source: ID<Source>?,
        unit: Unit = .none
    ) {
        self.change = change
        self.account = account
        self.campaign = campaign
        self.source = source
        self.unit = unit
    }
}

extension Transition {
    /// The subjects of transitions, as stored.
    package enum Subject: String, Sendable { case participant, event, conversion, reward }

    /// The states of participants, as stored.
    package enum Role: String, Sendable { case referrer, lead }

    /// The texts of a change, as stored.
    struct Texts {
        var subject: Subject
        var was = ""
        var became: String
        var detail = ""
    }

    var texts: Texts {
        switch change {
        case .enrolled(let isLead):
            Texts(
                subject: .participant, became: (isLead ? Role.lead : Role.referrer).rawValue)
        case .referred:
            Texts(
                subject: .participant, was: Role.referrer.rawValue, became: Role.lead.rawValue)
        case .event(let was, let became, let reasons):
            Texts(
                subject: .event, was: was?.rawValue ?? "", became: became.rawValue,
                detail: reasons.stored ?? "")
        case .conversion(let was, let became):
            Texts(
                subject: .conversion, was: was?.rawValue ?? "", became: became.rawValue)
        case .reward(let kind, let was, let became):
            Texts(
                subject: .reward, was: was?.rawValue ?? "", became: became.rawValue,
                detail: kind.rawValue)
        }
    }

    /// The unit, as stored.
    var unitText: String {
        switch unit {
        case .none: ""
        case .points: Self.points
        case .currency(let currency): currency.text
        }
    }

    /// The unit of points, as stored.
    package static let points = "points"
}

extension GrantedValue? {
    /// The unit of a reward's amounts in reports. Pieces are counted, and have no amount.
    package var reportUnit: Transition.Unit {
        switch self {
        case .money(let money): .currency(money.currency)
        case .points: .points
        case .text, .nothingStated, nil: .none
        }
    }
}
