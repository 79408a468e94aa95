/// The person whose code the events of a source contain.
package enum CodeOwner: String, CaseIterable, Sendable { case lead, referrer }

/// The result of looking up the event's code.
package enum CodeMatch: UInt8, CaseIterable, Sendable {
    /// The event contains no code.
    case absent
    case unknown
    /// The code names a participant of another campaign than the source's.
    case elsewhere
    case found
}

/// The lead of an event and the lead's referrer, as found in the records.
package struct Attribution: Equatable, Sendable {
    /// The lead of an event.
    package enum Lead: Equatable, Sendable {
        /// No person can be identified as the lead.
        case unknown
        /// A person who is not enrolled. The event enrols them, referred by the code's owner.
        case new
        case known(Participant)
    }

    /// The result of looking up the event's code.
    package var code: CodeMatch
    /// The lead.
    package var lead: Lead
    /// The owner of a referrer's code, otherwise the participant who referred the lead.
    package var referrer: Participant?

    /// Creates an attribution from its parts.
    package init(code: CodeMatch, lead: Lead, referrer: Participant?) {
        self.code = code
        self.lead = lead
        self.referrer = referrer
    }

    /// Finds code owner, lead and referrer, with no more lookups than needed.
    ///
    /// A lead's code names the lead, whatever else the event contains. A referrer's code, or any
    /// code if the source's codes belong to referrers, needs an e-mail address or customer id
    /// beside it that names the lead. That person may be new only if the source allows it.
    ///
    /// - Parameters:
    ///   - owner: the participant that the code names; nil without a code, or for an unknown one.
    ///   - person: finds the participant whom the event's e-mail or customer id names, in the
    ///     campaign given, otherwise in the source's campaign, otherwise in any. Called only if the
    ///     code does not name the lead.
    ///   - participant: finds a participant by number. Called for the lead's referrer only.
    package static func resolve<E: Error>(
        _ event: QualifyingEvent, codeOf: CodeOwner, sourceCampaign: ID<Campaign>?,
        owner: Participant?, person: (ID<Campaign>?) throws(E) -> Participant?,
        participant: (ID<Participant>) throws(E) -> Participant?
    ) throws(E) -> Attribution {
        guard let owner else {
            // A doubtful code, such as a discount code, does not hide a known person.
            guard event.code == nil || event.codeIsDoubtful else {
                return Attribution(code: .unknown, lead: .unknown, referrer: nil)
            }
            guard event.namesPerson, let lead = try person(sourceCampaign) else {
                return Attribution(
                    code: event.code == nil ? .absent : .unknown, lead: .unknown, referrer: nil)
            }
            let referrer = try lead.referredBy.flatMap(participant)
            return Attribution(code: .absent, lead: .known(lead), referrer: referrer)
        }
        if let sourceCampaign, sourceCampaign != owner.campaign {
            return Attribution(code: .elsewhere, lead: .unknown, referrer: nil)
        }
        if codeOf == .lead, let referrer = owner.referredBy {
            return Attribution(
                code: .found, lead: .known(owner), referrer: try participant(referrer))
        }
        guard event.namesPerson else {
            return Attribution(code: .found, lead: .unknown, referrer: owner)
        }
        guard let lead = try person(owner.campaign) else {
            return Attribution(
                code: .found, lead: codeOf == .referrer ? .new : .unknown, referrer: owner)
        }
        // Under a lead's own code, the owner's identity is no evidence of another referrer.
        let isOwnLead = codeOf == .lead && lead.id == owner.id
        return Attribution(code: .found, lead: .known(lead), referrer: isOwnLead ? nil : owner)
    }
}
