import Time

// Eligibility: does the campaign reward this goal, at this time, for this lead?

extension Deliberation {
    mutating func checkEligibility(_ facts: Facts, _ version: Campaign) {
        let reachesGoal = same(facts.event.goal, version.rules.goalType)
        require(
            .goalType, reachesGoal, else: .goalTypeMismatch,
            (expected: .text(version.rules.goalType), observed: .text(facts.event.goal)))
        guard isOpen else { return }
        // An event of another goal repeats no conversion.
        let repeated = reachesGoal ? facts.history.repeated : nil
        require(
            .firstConversion, repeated == nil, else: .conversionDuplicate,
            (expected: .absent, observed: repeated.map { .count($0.number) } ?? .absent))
        guard isOpen else { return }
        checkCampaign(facts, version)
        guard isOpen else { return }
        checkAttributionWindow(facts, version)
        checkRewardsExist(facts, version)
    }

    private mutating func checkCampaign(_ facts: Facts, _ version: Campaign) {
        let status = version.rules.status
        require(
            .campaignPublished, status != .draft, else: .campaignNotPublished,
            (expected: .text("published"), observed: .text(status.rawValue)))
        // A draft fails the check above; a second failure would only repeat it.
        require(
            .campaignActive, status == .active || status == .draft, else: .campaignNotActive,
            (expected: .text("active"), observed: .text(status.rawValue)))
        let (start, end) = (version.rules.startsAt, version.rules.endsAt)
        let at = facts.event.occurredAt
        let isInside = start.map { $0 <= at } ?? true && end.map { at < $0 } ?? true
        require(
            .campaignDates, isInside, else: .campaignNotActive,
            (expected: .period(start, end), observed: .time(at)))
    }

    private mutating func checkAttributionWindow(_ facts: Facts, _ version: Campaign) {
        guard let days = version.rules.attributionDays, case .known(let lead) = facts.lead else {
            sink.note(Check(.attributionWindow, .skipped, expected: .absent, observed: .absent))
            return
        }
        let end = lead.joinedAt + .days(days)
        require(
            .attributionWindow, facts.event.occurredAt < end, else: .outsideAttributionWindow,
            (expected: .period(nil, end), observed: .time(facts.event.occurredAt)))
    }

    /// Checks for rewards and for the goal threshold. A failure keeps the conversion and withholds
    /// rewards.
    private mutating func checkRewardsExist(_ facts: Facts, _ version: Campaign) {
        let count = version.rewards.count
        sink.note(
            Check(
                .rewardExists, passes: count > 0, else: .noRewardConfigured,
                (expected: .count(1), observed: .count(Int64(count)))))
        let threshold = version.rules.goalThreshold
        guard threshold > 1 else {
            sink.note(Check(.goalThreshold, .skipped, expected: .absent, observed: .absent))
            return
        }
        sink.note(
            Check(
                .goalThreshold, passes: facts.reachesThreshold(of: version), else: .goalNotReached,
                (
                    expected: .count(Int64(threshold)),
                    observed: .count(Int64(facts.history.referrerConversions) + 1)
                )))
    }

    /// Notes the checks that need a campaign as skipped.
    mutating func skipWithoutCampaign() {
        for subject in Check.Subject.allCases where subject.phase != .identity {
            sink.note(Check(subject, .skipped, expected: .absent, observed: .absent))
        }
    }
}

extension Facts {
    /// True if enough of the referrer's leads have reached the goal, this one included.
    func reachesThreshold(of version: Campaign) -> Bool {
        version.rules.goalThreshold <= 1
            || history.referrerConversions >= version.rules.goalThreshold - 1
    }
}

extension Duration {
    /// Days of 24 hours.
    package static func days(_ count: Int) -> Duration { .seconds(Int64(count) * 86_400) }
}
