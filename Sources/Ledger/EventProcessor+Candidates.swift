import Database
import Mapping
import Referrals
import Storage

extension EventProcessor {
    /// Finds the first candidate that names a participant of the source's campaign and makes it the
    /// event's code. If none does, the code is the first that is worth waiting for, or the first
    /// whose owner is in another campaign.
    func choose(
        among candidates: [CodeCandidate], for event: inout QualifyingEvent,
        _ source: SourceSettings
    ) throws(StorageError) -> Person? {
        var elsewhere: Person?
        var unknown: ReferralCode?
        for candidate in candidates {
            guard let code = candidate.code else { continue }
            let row = try store.participants.find(code: code.text, account: source.account)
            if let row, source.campaign == nil || source.campaign == row.participant.campaign {
                event.code = code
                return Person(row)
            }
            guard !candidate.isDoubtful else { continue }
            if let row {
                if elsewhere == nil { elsewhere = Person(row) }
            } else if unknown == nil {
                unknown = code
            }
        }
        if let unknown {
            event.code = unknown
            return nil
        }
        if let elsewhere { event.code = ReferralCode(elsewhere.row.code) }
        return elsewhere
    }
}
