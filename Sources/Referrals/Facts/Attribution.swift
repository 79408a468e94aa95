/// Whose code a source's events carry.
package enum CodeOwner: String, CaseIterable, Sendable { case lead, referrer }

/// What the event's code was found to be.
package enum CodeMatch: UInt8, CaseIterable, Sendable {
    /// The event carries no code.
    case absent
    case unknown
    /// It names a participant of another campaign than the source is for.
    case elsewhere
    case found
}

/// Who the event is about and who brought them, as far as the records tell.
package struct Attribution: Equatable, Sendable {
    package enum Lead: Equatable, Sendable {
        /// Nobody can be told to be the lead.
        case unknown
        /// A person who isn't enrolled; the event enrols them, referred by the code's owner.
        case new
        case known(Participant)
    }

    package var code: CodeMatch
    package var lead: Lead
    /// Who claims the lead: the owner of a referrer's code, else the participant who referred the lead.
    package var referrer: Participant?

    package init(code: CodeMatch, lead: Lead, referrer: Participant?) {
        self.code = code
        self.lead = lead
        self.referrer = referrer
    }

    /// Tells code owner, lead and referrer apart, asking for no more than it needs.
    ///
    /// A code says by itself what it is: a lead's code names the lead, whatever else the event carries.
    /// A referrer's code, or any code where the source says that codes are referrers', needs a person
    /// beside it: by e-mail or customer id. That person may be new only where the source says so.
    ///
    /// - Parameters:
    ///   - owner: the participant the code names, nil where there is none or no code.
    ///   - person: finds the participant whom the event's e-mail or customer id names, in the campaign
    ///     given, or in the source's, or else in any. Asked only where the code doesn't name the lead.
    ///   - participant: finds a participant by number. Asked for the lead's referrer only.
    package static func resolve<E: Error>(
        _ event: QualifyingEvent, codeOf: CodeOwner, sourceCampaign: ID<Campaign>?,
        owner: Participant?, person: (ID<Campaign>?) throws(E) -> Participant?,
        participant: (ID<Participant>) throws(E) -> Participant?
    ) throws(E) -> Attribution {
        guard let owner else {
            // What is often no referral code at all doesn't stand in the way of a person who is known.
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
        // Under a lead's code the owner's own identity makes no claim on anybody.
        let isOwnLead = codeOf == .lead && lead.id == owner.id
        return Attribution(code: .found, lead: .known(lead), referrer: isOwnLead ? nil : owner)
    }
}
