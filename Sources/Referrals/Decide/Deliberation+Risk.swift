import Time

// Risk: signs of abuse. Self-referral rejects the event; any other sign requires a review.

extension Deliberation {
    mutating func checkRisk(_ facts: Facts, _ version: Campaign) {
        checkSelfReferral(facts, version.rules.risk.selfReferral)
        guard isOpen else { return }
        if let velocity = version.rules.risk.velocity {
            let count = Int64(facts.history.recentConversions) + 1
            suspect(
                .velocity, count <= velocity.count, else: .velocity,
                (expected: .count(Int64(velocity.count)), observed: .count(count)))
        } else {
            skip(.velocity)
        }
        checkTimeSinceJoin(facts, version.rules.risk.minSecondsSinceJoin)
        if let isDisposable = facts.addresses.isDisposable {
            suspect(
                .disposableEmail, !isDisposable, else: .disposableEmail,
                (expected: .boolean(false), observed: .boolean(isDisposable)))
        } else {
            skip(.disposableEmail)
        }
        guard !version.rules.risk.blocklist.isEmpty else { return skip(.blocklist) }
        suspect(
            .blocklist, !facts.addresses.isBlocklisted, else: .blocklisted,
            (expected: .boolean(false), observed: .boolean(facts.addresses.isBlocklisted)))
    }

    private mutating func checkSelfReferral(_ facts: Facts, _ mode: Risk.SelfReferral) {
        let likeness = facts.addresses.likeness
        guard mode != .off, likeness != .unknown else { return skip(.selfReferral) }
        if likeness == .sameAddress {
            require(
                .selfReferral, false, else: .selfReferralEmail,
                (expected: .text("two addresses"), observed: .text("the same address")))
        } else {
            require(
                .selfReferral, likeness == .different || mode == .email, else: .selfReferralAlias,
                (
                    expected: .text(mode == .alias ? "two mailboxes" : "two addresses"),
                    observed: .text(Self.words(for: likeness))
                ))
        }
    }

    private static func words(for likeness: Likeness) -> String {
        switch likeness {
        case .unknown: "no addresses"
        case .different: "two mailboxes"
        case .sameMailbox: "two addresses of one mailbox"
        case .sameCustomer: "one customer of the partner"
        case .sameAddress: "the same address"
        }
    }

    private mutating func checkTimeSinceJoin(_ facts: Facts, _ minimum: Int64?) {
        // A lead who joins by this event has no time between joining and goal.
        guard let minimum, case .known(let lead) = facts.lead, !facts.leadJoinsNow else {
            return skip(.timeSinceJoin)
        }
        let elapsed = (facts.event.occurredAt - lead.joinedAt).components.seconds
        suspect(
            .timeSinceJoin, facts.event.occurredAt - lead.joinedAt >= .seconds(minimum),
            else: .tooFast, (expected: .seconds(minimum), observed: .seconds(elapsed)))
    }

    /// Notes a check whose failure requires a review.
    private mutating func suspect(
        _ subject: Check.Subject, _ passes: Bool, else reason: ReasonCode,
        _ evidence: @autoclosure () -> (expected: Evidence, observed: Evidence)
    ) {
        sink.note(Check(subject, passes: passes, else: reason, evidence()))
        if !passes { holds.insert(reason) }
    }

    private mutating func skip(_ subject: Check.Subject) {
        sink.note(Check(subject, .skipped, expected: .absent, observed: .absent))
    }
}
