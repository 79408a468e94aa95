import Database
import Referrals
import Storage
import Time

// Notifications about people whom an operator enrols or changes.
extension EventProcessor {
    /// A change of a person.
    package enum PersonChange: Equatable, Sendable {
        /// - Parameter referrerIsNew: True if the referrer, who is a lead too, had referred no one
        ///   before.
        case enrolled(referrerIsNew: Bool)
        case changed
    }

    private static let personTypes = NotificationType.all(about: .participant)

    /// Queues the notifications, in the transaction that made the change.
    package func notify(
        of id: ID<Participant>, _ change: PersonChange, now: Instant
    ) throws(StorageError) {
        let row = try store.participants.find(id)
        if case .enrolled = change, let row {
            // Events may wait for the enrolled person.
            try released.search(for: ParkedTable.Key(.code, row.code, account: row.account))
        }
        guard declarations.webhooks.contains(where: { $0.mayWant(Self.personTypes) }) else {
            return
        }
        guard let row, let campaign = declarations.campaigns[row.participant.campaign] else {
            return
        }
        let person = row.participant
        var due: [DueNotification] = []
        func add(_ type: NotificationType, _ id: ID<Participant>, _ source: String?) {
            due.append(DueNotification(type: type, subject: id.number, userSource: source))
        }
        switch change {
        case .enrolled(let referrerIsNew):
            if let referrer = person.referredBy {
                if referrerIsNew {
                    let source = try store.participants.find(referrer)?.source
                    add(.affiliateCreated, referrer, source)
                }
                add(.leadCreated, id, row.source)
            } else {
                add(.affiliateCreated, id, row.source)
            }
        case .changed:
            guard !person.isLead || person.hasReferred else { return }
            add(.affiliateUpdated, id, row.source)
        }
        try queue(due, of: campaign.version.id, account: campaign.account, now)
    }
}
