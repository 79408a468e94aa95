import Database
import Referrals
import Storage
import Time

// What subscribers are told of people whom an operator enrols or changes.
extension Settlement {
    /// What was done to a person.
    package enum PersonChange: Equatable, Sendable {
        /// - Parameter referrerIsNew: whether the referrer, a lead too, has referred nobody before.
        case enrolled(referrerIsNew: Bool)
        case changed
    }

    /// Queues what is due, in the transaction that made the change.
    package func tell(
        of id: ID<Participant>, _ change: PersonChange, now: Instant
    ) throws(StorageError) {
        // Events may wait for whoever was enrolled.
        if case .enrolled = change { released.search() }
        let row = try store.participants.find(id)
        guard let row, let campaign = programme.campaigns[row.participant.campaign] else { return }
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
