import Database
import Mapping
import Referrals
import Storage
import Time

extension Settlement {
    /// Lets an event wait for what it lacks.
    func park(
        _ event: ID<Event>, _ mapped: MappedEvent, _ facts: Facts, from source: SourceSettings,
        now: Instant
    ) throws(StorageError) {
        // The code of another campaign than the source's has its owner for good: nobody will appear, and
        // as that owner is there, the event would be taken for released again and again.
        if facts.code == .elsewhere, !facts.source.isPaused { return }
        for (awaited, key) in try awaited(mapped, isPaused: facts.source.isPaused, from: source) {
            try park(
                event, awaiting: awaited, key: key, occurredAt: facts.event.occurredAt,
                from: source, now: now)
        }
    }

    /// Lets a reversal or a link wait for the conversion that has one of its keys.
    func park(
        _ row: inout EventRow, _ mapped: MappedEvent, occurredAt: Instant,
        from source: SourceSettings, now: Instant
    ) throws(StorageError) {
        (row.outcome, row.reasons) = (
            .parked, source.isPaused ? [.sourcePaused] : [.unknownCode]
        )
        for (awaited, key) in try awaited(mapped, isPaused: source.isPaused, from: source) {
            try park(
                row.id, awaiting: awaited, key: key, occurredAt: occurredAt, from: source, now: now)
        }
    }

    /// What an event waits for when it is parked; nothing where its code can never name anybody.
    private func awaited(
        _ mapped: MappedEvent, isPaused: Bool, from source: SourceSettings
    ) throws(StorageError) -> [(ParkedTable.Awaited, String)] {
        if isPaused { return [(.source, source.id)] }
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

    func park(
        _ event: ID<Event>, awaiting awaited: ParkedTable.Awaited, key: String,
        occurredAt: Instant, from source: SourceSettings, now: Instant
    ) throws(StorageError) {
        let count = try store.parked.count(ofSource: source.number)
        guard count < Self.maxParkedPerSource else { return }
        try store.parked.park(
            event, of: source.number, awaiting: awaited, key: key, account: source.account,
            occurredAt: occurredAt, until: now + .seconds(86_400 * Self.parkingDays))

    }

    /// Tells subscribers of an event that was parked, whatever it lacks. Of one that is parked again they know.
    func notifyParked(
        _ row: EventRow, from source: SourceSettings, now: Instant
    ) throws(StorageError) {
        guard !programme.webhooks.isEmpty else { return }
        var campaign = source.campaign
        if campaign == nil, let person = row.participant {
            campaign = try store.participants.find(person)?.participant.campaign
        }
        try queue(
            [DueNotification(type: .eventParked, subject: row.id.number)], of: campaign,
            account: source.account, now)
    }

    /// Ends the waiting of an event that is decided again.
    func unpark(_ row: EventRow) throws(StorageError) {
        guard row.outcome == .parked else { return }
        try store.parked.remove(row.id)
    }
}
