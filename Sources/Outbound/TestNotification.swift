import Database
import Declarations
import Referrals
import Storage
import Time

/// A notification without personal data, with which operators test their receiver.
package enum TestNotification {
    /// Queues the notification for one webhook. Returns the number of the delivery.
    package static func queue(
        _ type: NotificationType, for webhook: ID<Webhook>, in dialect: WebhookDeclaration.Dialect,
        _ store: Store, at now: Instant
    ) throws(StorageError) -> Int64 {
        let number = try store.numbers.nextNotification()
        try OutboxRecorder.makeTag(store)
        let tag = try store.catalog.meta(OutboxRecorder.tagName) ?? ""
        let notification = NotificationBody(
            id: NotificationName.text(of: number, tag: tag), type: type, createdAt: now,
            context: context(of: type, at: now), campaign: campaign)
        try store.deliveries.queue(
            trial: number, type: type, body: notification.body(in: dialect), for: webhook,
            at: now)
        return number
    }

    static let campaign = CampaignNote(
        name: "Test", linkBase: "https://example.com/join", kinds: [:],
        uid: UID(of: [], version: 8))

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
        let conversion = ConversionRow(
            id: ID(0), campaign: ID(0), lead: ID(0), referrer: ID(0), status: .approved,
            amount: nil, currency: nil, occurredAt: now, createdAt: now, wasApproved: true)
        let reward = RewardRow(
            id: ID(0), campaignReward: ID(0), beneficiary: ID(0), status: .issued,
            value: .points(1), issuedAt: now)
        if type.subject == .signup { return context(ofSignup: type, person) }
        return NotificationContext(
            recipient: person("Test", "TEST-LEAD", by: ID(0)), campaignID: ID(0),
            referrer: person("Tester", "TEST", by: nil), conversion: conversion,
            reward: NotificationContext.RewardPart(row: reward, kind: .points, couponCode: nil))
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
