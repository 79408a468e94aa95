import Database
import Mapping
import Referrals
import Storage
import Time

extension EventProcessor {
    /// Parks an event until its missing part appears.
    func park(_ event: Case, _ mapped: MappedEvent, _ facts: Facts) throws(StorageError) {
        // The code of another campaign's participant has its owner for good: no other will
        // appear, and since the owner exists, the event would be released again and again.
        if facts.code == .elsewhere, !facts.source.isPaused { return }
        let awaited = try awaited(mapped, isPaused: facts.source.isPaused, from: event.source)
        try park(event, awaiting: awaited, occurredAt: facts.event.occurredAt)
    }

    /// Parks a reversal or a link until there is a conversion that has one of its keys.
    func parkForKeys(
        _ mapped: MappedEvent, occurredAt: Instant, _ event: inout Case
    ) throws(StorageError) {
        let isPaused = event.source.isPaused
        (event.row.outcome, event.row.reasons) = (
            .parked, isPaused ? [.sourcePaused] : [.unknownCode]
        )
        let awaited = try awaited(mapped, isPaused: isPaused, from: event.source)
        try park(event, awaiting: awaited, occurredAt: occurredAt)
    }

    /// The missing part that an event waits for; nil if its code can never name a participant.
    private func awaited(
        _ mapped: MappedEvent, isPaused: Bool, from source: SourceSettings
    ) throws(StorageError) -> [(ParkedTable.Awaited, String)] {
        if isPaused { return [(.source, source.storedID)] }
        if mapped.reversal != nil || mapped.isLink {
            return mapped.businessKeys.map { (.businessKey, $0) }
        }
        guard case .candidates = mapped.code else {
            return mapped.referralCode.map { [(.code, $0.text)] } ?? []
        }
        // A candidate with an owner in another campaign would release the event again and again.
        var codes: [(ParkedTable.Awaited, String)] = []
        for code in mapped.codeCandidates {
            let owner = try store.participants.find(code: code.text, account: source.account)
            if owner == nil { codes.append((.code, code.text)) }
        }
        return codes

    }

    private func park(
        _ event: Case, awaiting all: [(ParkedTable.Awaited, String)], occurredAt: Instant
    ) throws(StorageError) {
        let source = event.source
        for (awaited, key) in all {
            let count = try store.parked.count(ofSource: source.number)
            guard count < Self.maxParkedPerSource else { return }
            try store.parked.park(
                event.row.id, of: source.number, awaiting: awaited, key: key,
                account: source.account, occurredAt: occurredAt,
                until: event.now + .seconds(86_400 * Self.parkingDays))
        }
    }

    /// Notifies subscribers of a parked event, whatever it lacks. An event that is parked again was
    /// notified before.
    func notifyParked(_ event: Case) throws(StorageError) {
        guard !declarations.webhooks.isEmpty else { return }
        var campaign = event.source.campaign
        if campaign == nil, let person = event.row.participant {
            campaign = try store.participants.find(person)?.participant.campaign
        }
        try queue(
            [DueNotification(type: .eventParked, subject: event.row.id.number)], of: campaign,
            account: event.source.account, event.now)
    }

    /// Ends the waiting of an event that is decided again.
    func unpark(_ row: EventRow) throws(StorageError) {
        guard row.outcome == .parked else { return }
        try store.parked.remove(row.id)
    }
}
