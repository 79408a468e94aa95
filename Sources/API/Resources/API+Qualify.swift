import Database
import Declarations
import HTTP
import Inbound
import JSON
import Ledger
import Programmes
import Referrals
import Storage
import Time

extension API {
    /// `POST /participants/{id}/qualify`: an event of the built-in source about the person, decided
    /// as if a partner had posted it. Reversing its conversion undoes it.
    func qualifyParticipant(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let request = try QualifyRequest.read(try call.body())
        let person = try participant(call.number, of: call.account, processor.store)
        let campaign = person.participant.campaign
        guard let rules = try processor.declarations.campaign(campaign)?.version.rules else {
            throw StorageError.unusable(campaign.nameAmongAccounts)
        }
        // Each request is an event of its own: a person whose conversion was reversed can qualify
        // again. Repeats are recognised by their Idempotency-Key and business key.
        var event = OwnEvent(id: "qualify:\(randomName(22))", goal: request.goal ?? rules.goalType)
        event.businessKey = request.businessKey
        event.amount = request.amount
        event.currency = request.currency
        event.occurredAt = request.occurredAt
        let source = try builtInSource(of: call.account, processor, now)
        switch try processor.process(event, about: person, from: source, now: now) {
        case .recorded(let recorded): return try .json { recorded.append(to: &$0) }
        case .refused(let refused): return refused.problem.response
        }
    }
}
