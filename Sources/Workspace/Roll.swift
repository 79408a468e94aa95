import Declarations
import Reading
import Referrals

/// The participants declared so far in one list: finds duplicates, and references to unknown
/// referrers and campaigns.
struct Roll {
    /// A referrer that was named before being declared.
    struct Expected {
        var code: ReferralCode
        var campaign: CampaignNumber
        var place: Int
        var column: Int
    }

    private let known: Known
    private let isCampaignKnown: (CampaignNumber) -> Bool
    private var codes = SeenKeys(ignoresGroups: true)
    private var emails = SeenKeys()
    private var customers = SeenKeys()
    private var ids = SeenKeys()
    private var expected: [Expected] = []
    private var lastCampaign: CampaignNumber?

    init(_ known: Known, isCampaignKnown: @escaping (CampaignNumber) -> Bool) {
        self.known = known
        self.isCampaignKnown = isCampaignKnown
    }

    /// Checks one participant.
    ///
    /// - Parameters:
    ///   - place: a number from which `line` can be computed later.
    ///   - column: the column of `referred_by`, requested only if it must be remembered.
    mutating func enter(
        _ participant: ParticipantDeclaration, at place: Int, column: () -> Int,
        line: (Int) -> Fault.Line, note: (ParticipantColumn, Fault) -> Void
    ) {
        let group = participant.campaign.number
        func refuse(
            _ earlier: SeenKeys.Entry?, _ column: ParticipantColumn, _ subject: Fault.Subject,
            _ name: String
        ) {
            guard let earlier else { return }
            note(column, .duplicate(subject, name, first: line(earlier.place)))
        }
        // Number 0 represents a campaign that could not be read.
        if participant.campaign != lastCampaign, group != 0 {
            if isCampaignKnown(participant.campaign) {
                lastCampaign = participant.campaign
            } else {
                note(.campaign, .dangling(.campaign, String(group)))
            }
        }
        if let code = participant.referralCode?.text {
            refuse(codes.insert(code, group: group, place: place), .referralCode, .code, code)
        }
        if let email = participant.email?.canonical {
            refuse(emails.insert(email, group: group, place: place), .email, .email, email)
        }
        if let customer = participant.customer {
            refuse(
                customers.insert(customer, group: group, place: place), .customer, .customer,
                customer)
        }
        switch participant.id {
        case .number(let id)?:
            // A participant's own number is unique over all campaigns, a partner's id within a
            // campaign.
            let text = String(id.number)
            refuse(ids.insert(text, group: 0, place: place), .id, .participant, text)
        case .external(let text)?:
            refuse(ids.insert(text, group: group, place: place), .id, .participant, text)
        case nil: break
        }
        if let code = participant.referredBy {
            if let referrer = codes.find(code.text, group: group) {
                if referrer.group != group, referrer.group != 0, group != 0 {
                    note(.referredBy, .rule(.campaignOfOther(code: code.text)))
                }
            } else {
                expected.append(
                    Expected(
                        code: code, campaign: participant.campaign, place: place, column: column()))
            }
        }
    }

    /// Notes every referrer that was named and never declared.
    func end(_ note: (Expected, Fault) -> Void) {
        for one in expected {
            let campaign =
                codes.find(one.code.text, group: one.campaign.number).map { ID($0.group) }
                ?? known.campaignOfCode(one.code)
            if let campaign {
                if campaign != one.campaign, campaign.number != 0, one.campaign.number != 0 {
                    note(one, .rule(.campaignOfOther(code: one.code.text)))
                }
            } else {
                note(one, .dangling(.code, one.code.text))
            }
        }
    }
}
