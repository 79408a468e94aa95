import Referrals

/// The SQL that hides the data of deleted people while it is being erased. It costs one lookup in a
/// table that is usually empty.
enum Withheld {
    /// A column of `events`; NULL if the event is about a deleted person.
    static func ofEvent(_ column: String) -> String {
        """
        CASE WHEN NOT EXISTS (SELECT 1 FROM erasures) OR NOT EXISTS (
            SELECT 1 FROM erasures AS x WHERE x.participant_id = events.participant_id
            UNION ALL SELECT 1 FROM conversions AS c JOIN erasures AS x
                ON x.participant_id = c.lead_id WHERE c.id = events.conversion_id
        ) THEN \(column) END
        """
    }

    /// A column of a table that names a person; NULL if the person is deleted.
    static func column(_ column: String, of person: String) -> String {
        """
        CASE WHEN \(column) IS NULL OR NOT EXISTS (
            SELECT 1 FROM erasures AS x WHERE x.participant_id = \(person)
        ) THEN \(column) END
        """
    }

    /// A column of `deliveries`, or of its attempts; NULL if the notification names a deleted
    /// person.
    static func ofDelivery(_ column: String) -> String {
        "CASE WHEN \(column) IS NULL OR NOT \(namesErased) THEN \(column) END"
    }

    /// True if a row of `deliveries` is a notification that names a deleted person.
    static let namesErased = """
        EXISTS (SELECT 1 FROM participants AS p WHERE p.erased_at IS NOT NULL AND p.id IN (\(people)))
        """

    /// True if a row of `deliveries` is a waiting notification about a deleted person.
    static let isObsolete = """
        deliveries.status IN ('pending', 'sending') AND EXISTS (SELECT 1 FROM participants AS p
            WHERE p.erased_at IS NOT NULL AND p.id IN (
                SELECT deliveries.subject WHERE \(isAboutPerson)
                UNION ALL SELECT n.participant_id FROM signup_notices AS n
                    WHERE n.id = deliveries.subject AND \(isAboutSignup)
                UNION ALL SELECT lead_id FROM conversions WHERE id = deliveries.subject
                    AND deliveries.type IN (\(NotificationType.words(about: .conversion)))
                UNION ALL SELECT beneficiary_id FROM rewards WHERE id = deliveries.subject
                    AND deliveries.type IN (\(NotificationType.words(about: .reward)))))
        """

    /// The numbers of the people whom a row of `deliveries` names.
    static let people = """
        SELECT deliveries.subject WHERE \(isAboutPerson)
        UNION ALL SELECT referred_by FROM participants
            WHERE id = deliveries.subject AND \(isAboutPerson)
        UNION ALL SELECT n.participant_id FROM signup_notices AS n
            WHERE n.id = deliveries.subject AND \(isAboutSignup)
        UNION ALL SELECT p.referred_by FROM signup_notices AS n
            JOIN participants AS p ON p.id = n.participant_id
            WHERE n.id = deliveries.subject AND \(isAboutSignup)
        UNION ALL SELECT lead_id FROM conversions WHERE id = \(conversion)
        UNION ALL SELECT referrer_id FROM conversions WHERE id = \(conversion)
        """

    private static let isAboutPerson =
        "deliveries.type IN (\(NotificationType.words(about: .participant)))"

    /// True for notifications of signups. That of a deletion names its person until it has come to its
    /// end.
    private static let isAboutSignup = """
        deliveries.type IN (\(NotificationType.words(about: .signup)))
            AND NOT (deliveries.type = '\(NotificationType.signupDeleted.rawValue)'
                AND deliveries.status IN ('pending', 'sending'))
        """

    /// The conversion a delivery is about.
    static let conversion = """
        CASE WHEN deliveries.type IN (\(NotificationType.words(about: .reward)))
            THEN deliveries.subject / \(ID<Reward>.perConversion)
            WHEN deliveries.type IN (\(NotificationType.words(about: .conversion)))
            THEN deliveries.subject END
        """
}
