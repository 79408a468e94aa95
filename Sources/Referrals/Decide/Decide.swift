/// Decides what becomes of an event: the one function behind the gateway, tests, replays and backtests.
///
/// Pure: the same facts, rules and verdicts give the same decision. The phases run in the order of
/// `Phase`. The first check that fails for good decides; what a person must look at is gathered on the
/// way. `verdict` is asked for the campaign's expressions, each at most once and only where needed.
package func decide(_ facts: Facts, verdict: (Question) -> Verdict) -> Decision {
    var deliberation = Deliberation(sink: Silence())
    return deliberation.decide(facts, verdict)
}

/// Decides the same and tells every step, also those behind the one that decided.
///
/// `detail` may add to a question how its parts came out: one JSON value.
package func explain(
    _ facts: Facts, verdict: (Question) -> Verdict,
    detail: @escaping (Question) -> [UInt8]? = { _ in nil }
) -> (decision: Decision, trace: Trace) {
    var deliberation = Deliberation(sink: Recorder(details: detail))
    let decision = deliberation.decide(facts, verdict)
    return (decision, Trace(decision: decision, checks: deliberation.sink.checks))
}

/// A decision in the making.
struct Deliberation<S: Sink> {
    var sink: S
    /// The reason of the first check that failed for good.
    var rejection: ReasonCode?
    /// Why a person must look at the conversion.
    var holds = Reasons()
    /// Why the conversion counts and earns nothing, whatever the rules for rewards say.
    var withholding: ReasonCode?

    init(sink: S) {
        self.sink = sink
    }

    /// Whether further checks are of interest.
    var isOpen: Bool { rejection == nil || S.goesOn }

    mutating func decide(_ facts: Facts, _ verdict: (Question) -> Verdict) -> Decision {
        identify(facts)
        guard isOpen else { return conclusion(facts) }
        guard let version = facts.campaign else {
            // Without a campaign there is nobody to be found either, so identity has failed.
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

    /// What a decision is without rewards.
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
