/// A notification to be sent.
package struct Notification: Equatable, Sendable {
    /// The record that a notification is about. Rewards of a new decision have no number yet, so
    /// the index in the decision identifies them.
    package enum Subject: Equatable, Sendable {
        case campaign, referrer, lead, conversion
        case decided(reward: Int)
        case granted(ID<Reward>)
    }

    /// The type, sent to subscribers as `type`.
    package let type: NotificationType
    /// The record that the body describes.
    package let subject: Subject

    /// Creates a notification of a type about a record.
    package init(_ type: NotificationType, _ subject: Subject) {
        self.type = type
        self.subject = subject
    }

    /// The number of the row that the notification is about: of the kind that `type.subject` names. 0 for a
    /// person who is not known.
    package func number(
        conversion: ID<Conversion>, campaign: ID<Campaign>, lead: ID<Participant>?,
        referrer: ID<Participant>?
    ) -> Int64 {
        switch subject {
        case .granted(let reward): reward.number
        case .decided(let place): ID<Reward>(of: conversion, place: place).number
        case .campaign: campaign.number
        case .conversion: conversion.number
        // A lead is told to be qualified with the conversion that qualifies them.
        case .lead where type.subject == .conversion: conversion.number
        case .lead: lead?.number ?? 0
        case .referrer: referrer?.number ?? 0
        }
    }
}
