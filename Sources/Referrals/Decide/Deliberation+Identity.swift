// Identity: is the event one to decide, and who are its participants?

extension Deliberation {
    /// Notes a check whose failure rejects the event.
    @inline(__always)
    mutating func require(
        _ subject: Check.Subject, _ passes: Bool, else reason: ReasonCode,
        _ evidence: @autoclosure () -> (expected: Evidence, observed: Evidence)
    ) {
        sink.note(Check(subject, passes: passes, else: reason, evidence()))
        if !passes { reject(reason) }
    }

    mutating func identify(_ facts: Facts) {
        let event = facts.event
        require(
            .notTest, !event.isTest, else: .testEvent,
            (expected: .boolean(false), observed: .boolean(event.isTest)))
        require(
            .sourceActive, !facts.source.isPaused, else: .sourcePaused,
            (
                expected: .text("active"),
                observed: .text(facts.source.isPaused ? "paused" : "active")
            ))
        guard isOpen else { return }
        identifyCode(facts)
        guard isOpen else { return }
        identifyPeople(facts)
    }

    private mutating func identifyCode(_ facts: Facts) {
        switch facts.code {
        case .absent:
            sink.note(Check(.codeKnown, .skipped, expected: .absent, observed: .absent))
        case .found:
            sink.note(
                Check(
                    .codeKnown, .pass, expected: .text("known"),
                    observed: .text(facts.event.code?.text ?? "")))
        case .unknown, .elsewhere:
            sink.note(
                Check(
                    .codeKnown, .fail, reason: .unknownCode, expected: .text("known"),
                    observed: .text(facts.code == .unknown ? "unknown" : "of another campaign")))
            reject(.unknownCode)
        }
        let lead = if case .known(let party) = facts.lead { party.isDisabled } else { false }
        let referrer = facts.referrer?.isDisabled ?? false
        require(
            .codeEnabled, !lead && !referrer, else: .codeDisabled,
            (
                expected: .text("enabled"),
                observed: .text(
                    lead ? "lead disabled" : referrer ? "referrer disabled" : "enabled")
            ))
    }

    private mutating func identifyPeople(_ facts: Facts) {
        let referrer = facts.referrer
        let lead: Party
        switch facts.lead {
        case .unknown:
            require(
                .leadKnown, false, else: .leadUnknown,
                (expected: .text("known"), observed: .text("unknown")))
            for subject in [Check.Subject.twoPeople, .leadReferred, .firstReferrer] {
                sink.note(Check(subject, .skipped, expected: .absent, observed: .absent))
            }
            return
        case .new:
            // A new lead is always referred by the owner of the code, so no earlier referrer
            // exists.
            require(
                .leadKnown, true, else: .leadUnknown,
                (expected: .text("known"), observed: .text("new")))
            sink.note(Check(.twoPeople, .skipped, expected: .absent, observed: .absent))
            require(
                .leadReferred, referrer != nil, else: .noReferrer,
                (expected: .boolean(true), observed: .boolean(referrer != nil)))
            sink.note(Check(.firstReferrer, .skipped, expected: .absent, observed: .absent))
            return
        case .known(let party): lead = party
        }
        require(
            .leadKnown, true, else: .leadUnknown,
            (expected: .text("known"), observed: .text("known")))
        let isSelf = lead.id == referrer?.id
        require(
            .twoPeople, !isSelf, else: .selfReferralEmail,
            (
                expected: .text("two participants"),
                observed: .text(isSelf ? "one participant" : "two participants")
            ))
        let isReferred = referrer != nil && lead.referredBy != nil
        require(
            .leadReferred, isReferred || isSelf, else: .noReferrer,
            (expected: .boolean(true), observed: .boolean(isReferred)))
        let isFirst = !isReferred || lead.referredBy == referrer?.id || isSelf
        require(
            .firstReferrer, isFirst, else: .attributedElsewhere,
            (
                expected: .text("the lead's own referrer"),
                observed: .text(isFirst ? "the lead's own referrer" : "another referrer")
            ))
    }
}

extension Check {
    @inline(__always)
    init(
        _ subject: Subject, passes: Bool, else reason: ReasonCode,
        reward: ID<CampaignReward>? = nil, _ evidence: (expected: Evidence, observed: Evidence)
    ) {
        self.init(
            subject, passes ? .pass : .fail, reason: passes ? nil : reason,
            reward: reward, expected: evidence.expected, observed: evidence.observed)
    }
}
