import Referrals
import Storage

/// The conditions on a list of participants, for each way in which they are found.
struct ParticipantFilter {
    var campaign: ID<Campaign>?
    /// True for referred people, false for people who refer.
    var isLead: Bool?
    /// The referrer's number; 0, which no participant has, for a code that names no participant.
    var referrer: Int64?

    /// The filter for a list that the database filters.
    var listed: [Listing.Filter] {
        var filters: [Listing.Filter] = []
        if let campaign { filters.append(.campaign(campaign.number)) }
        if let isLead { filters.append(.isLead(isLead)) }
        if let referrer { filters.append(.referredBy(referrer)) }
        return filters
    }

    func accepts(_ person: Participant) -> Bool {
        if let campaign, person.campaign != campaign { return false }
        if let referrer, person.referredBy?.number != referrer { return false }
        switch isLead {
        case true?: return person.isLead
        case false?: return !person.isLead || person.hasReferred
        case nil: return true
        }
    }
}
