import Currencies
import Database
import Declarations
import Referrals
import Storage
import Time

/// A notification without personal data, with which operators test their receiver.
package enum TestNotification {
    /// Queues the notification for one webhook. Returns the number of the delivery.
    package static func queue(
        _ type: NotificationType, for webhook: ID<Webhook>, in form: NotificationForm,
        _ store: Store, at now: Instant
    ) throws(StorageError) -> Int64 {
        let number = try store.numbers.nextNotification()
        try OutboxRecorder.makeTag(store)
        let tag = try store.catalog.meta(OutboxRecorder.tagName) ?? ""
        let notification = NotificationBody(
            id: NotificationName.text(of: number, tag: tag), type: type, createdAt: now,
            context: context(of: type, at: now), campaign: campaign)
        try store.deliveries.queue(
            trial: number, type: type, body: notification.body(in: form), for: webhook,
            at: now)
        return number
    }

    static let campaign = CampaignNote(
        name: "Test", linkBase: "https://example.com/join", kinds: [:],
        uid: UID(of: [], version: 8))

    /// The facts of a test notification: those that a real one of the type has.
    static func context(
        of type: NotificationType, at now: Instant
    ) -> NotificationContext {
        func person(_ name: String, _ code: String, by referrer: ID<Participant>?) -> ParticipantRow
        {
            ParticipantRow(
                participant: Participant(
                    id: ID(0), campaign: ID(0), email: "\(name.lowercased())@example.com",
                    joinedAt: now, referredBy: referrer),
                account: ID(0), code: code, firstName: name, source: "test")
        }
        let lead = person("Test", "TEST-LEAD", by: ID(0))
        let referrer = person("Tester", "TEST", by: nil)
        switch type.subject {
        case .signup: return context(ofSignup: type, person)
        case .participant:
            return type == .leadCreated
                ? NotificationContext(recipient: lead, campaignID: ID(0), referrer: referrer)
                : NotificationContext(recipient: referrer, campaignID: ID(0))
        case .conversion, .reward:
            var context = NotificationContext(
                recipient: lead, campaignID: ID(0), referrer: referrer,
                conversion: ConversionRow(
                    id: ID(0), campaign: ID(0), lead: ID(0), referrer: ID(0), status: .approved,
                    amount: nil, currency: nil, occurredAt: now, createdAt: now,
                    wasApproved: true))
            guard type.subject == .reward else { return context }
            let reward = RewardRow(
                id: ID(0), campaignReward: ID(0), beneficiary: ID(0), status: .issued,
                value: .points(1), issuedAt: now)
            context.reward = NotificationContext.RewardPart(
                row: reward, kind: .points, couponCode: nil)
            return context
        case .campaign:
            return NotificationContext(
                campaignID: ID(0), extra: .pool(available: type == .couponPoolLow ? 10 : 0))
        case .payout:
            guard let euro = Currency("EUR") else { return NotificationContext() }
            return NotificationContext(
                campaignID: ID(0),
                extra: .payout(
                    PayoutRow(
                        id: ID(0), account: ID(0), campaign: ID(0), currency: euro, total: 1000,
                        rewards: 2, at: now)))
        case .event:
            return NotificationContext(extra: .event(id: 0, source: "test", receivedAt: now))
        case .webhook: return NotificationContext(extra: .webhook(id: ID(0), name: "Test"))
        }
    }

    /// A signup that has moved from position 10 to 5.
    private static func context(
        ofSignup type: NotificationType,
        _ person: (String, String, ID<Participant>?) -> ParticipantRow
    ) -> NotificationContext {
        var signup = NotificationContext.SignupPart(uid: UID(of: [1], version: 8), position: 5)
        if type == .signupPositionChanged { signup.former = 10 }
        guard type != .signupDeleted else {
            signup.email = "test@example.com"
            return NotificationContext(campaignID: ID(0), signup: signup)
        }
        return NotificationContext(
            recipient: person("Test", "TEST-LEAD", nil), campaignID: ID(0), signup: signup)
    }
}

extension NotificationBody {
    /// A body for the documentation.
    static func example(of type: NotificationType) -> NotificationBody {
        let time = Instant(clampingMicroseconds: 1_767_225_600_000_000)
        return NotificationBody(
            id: "evt_2f7c_1", type: type, createdAt: time,
            context: TestNotification.context(of: type, at: time),
            campaign: TestNotification.campaign)
    }
}
