import Time

/// Decides an event. Gateway, tests, replays and backtests all use this function.
///
/// Pure: the same facts, rules and verdicts give the same decision. The phases run in the order of
/// `Phase`. The first check that fails for good decides; reasons for a review are collected on the
/// way.
///
/// - Parameter verdict: evaluates an expression of the campaign. Called at most once per
///   expression, and only if the result is needed.
package func decide(_ facts: Facts, verdict: (Question) -> Verdict) -> Decision {
    var deliberation = Deliberation(sink: Silence())
    return deliberation.decide(facts, verdict)
}

/// Decides an event as `decide` does, and records every check, including those after the deciding
/// one.
///
/// - Parameter detail: returns the values of an expression's parts as one JSON value, or nil.
package func explain(
    _ facts: Facts, verdict: (Question) -> Verdict,
    detail: @escaping (Question) -> [UInt8]? = { _ in nil }
) -> (decision: Decision, trace: Trace) {
    var deliberation = Deliberation(sink: CheckRecorder(details: detail))
    let decision = deliberation.decide(facts, verdict)
    let checks = deliberation.sink.checks
    // A reward's value is checked with the rule that is used, among the caps.
    let ordered = Phase.allCases.flatMap { phase in checks.filter { $0.subject.phase == phase } }
    return (decision, Trace(decision: decision, checks: ordered))
}

/// A decision in progress.
struct Deliberation<S: Sink> {
    var sink: S
    /// The reason of the first check that failed for good.
    var rejection: ReasonCode?
    /// The reasons for which a person must review the conversion.
    var holds = Reasons()
    /// The reason for which the conversion counts but earns nothing, whatever the reward rules say.
    var withholding: ReasonCode?
    /// The instant of the decision.
    var now = Instant(clampingMicroseconds: 0)

    init(sink: S) {
        self.sink = sink
    }

    /// True if later checks still matter.
    var isOpen: Bool { rejection == nil || S.goesOn }

    mutating func decide(_ facts: Facts, _ verdict: (Question) -> Verdict) -> Decision {
        now = facts.now
        identify(facts)
        if let released = facts.history.released, rejection == nil {
            return release(released, facts)
        }
        guard isOpen else { return conclusion(facts) }
        guard let version = facts.campaign else {
            // Without a campaign there are no participants, so a check of identity has failed.
            reject(.unknownCode)
            skipWithoutCampaign()
            return conclusion(facts)
        }
        checkEligibility(facts, version)
        guard isOpen else { return conclusion(facts) }
        checkConditions(version, verdict)
        checkMoney(facts)
        checkValues(facts, version)
        guard isOpen else { return conclusion(facts) }
        checkRisk(facts, version)
        guard isOpen else { return conclusion(facts) }
        return rewards(facts, version, verdict)
    }

    /// The decision without its rewards.
    func conclusion(_ facts: Facts) -> Decision {
        guard let rejection else { preconditionFailure("nothing has been decided") }
        let isNothingToWaitFor =
            rejection == .unknownCode && facts.code == .unknown
            && facts.event.codeIsDoubtful
        return Decision(
            outcome: isNothingToWaitFor ? .ignored : rejection.outcome ?? .rejected,
            reasons: Reasons(rejection),
            repeated: rejection == .conversionDuplicate ? facts.history.repeated : nil)
    }

    mutating func reject(_ reason: ReasonCode) {
        if rejection == nil { rejection = reason }
    }
}
