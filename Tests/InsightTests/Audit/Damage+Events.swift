extension Damage {
    static let toFile: [Damage] = [
        Damage(
            "DROP INDEX coupons_reward",
            "The index coupons_reward is missing."),
        Damage(
            "DROP INDEX events_identity; CREATE INDEX events_identity ON events(source, event_id)",
            "The index events_identity differs from this release's definition."),
        Damage(
            """
            PRAGMA ignore_check_constraints=ON; UPDATE accounts SET plan = 'gold' \
            WHERE id = 1; PRAGMA ignore_check_constraints=OFF
            """,
            "The file is damaged: CHECK constraint failed in accounts."),
        Damage(
            """
            PRAGMA foreign_keys=OFF; INSERT INTO api_keys(id, account_id, name, mode, hash, \
            last_four, created_at) VALUES (1, 9, 'k', 'live', x'00', 'abcd', 0)
            """,
            "Row 1 of api_keys refers to a row of accounts that does not exist."),
    ]

    static let toEvents: [Damage] = [
        Damage(
            "DROP INDEX events_identity; UPDATE events SET event_id = '8' WHERE id = 9",
            "The index events_identity is missing.",
            "Source 1 has 2 events with the id of event 8."),
        Damage(
            "UPDATE events SET participant_id = 99 WHERE id = 9",
            "Event 9 names participant 99, who does not exist."),
        Damage(
            "UPDATE events SET conversion_id = 99 WHERE id = 3",
            "Event 3 names conversion 99, which does not exist.",
            "Event 3 names conversion 99, but its decision repeats conversion 1."),
        Damage(
            "INSERT INTO event_digests VALUES (1, x'00', 99)",
            "A digest of source 1 belongs to event 99, which is missing."),
        Damage(
            "INSERT INTO event_digests VALUES (2, x'00', 1)",
            "A digest of source 2 belongs to event 1, which is of another source."),
        Damage(
            "INSERT INTO parked VALUES (1, 'code', 'X', 0, 9, 4000000000000000, 1)",
            "Event 9 waits for its code, but its outcome is rejected."),
        Damage(
            "INSERT INTO parked VALUES (1, 'business_key', 'X', 0, 99, 4000000000000000, 1)",
            "Event 99 waits for its business key, but the event does not exist."),
        Damage(
            "UPDATE parked SET account_id = 2",
            "Event 6 waits in account 2, but its source belongs to account 1."),
        Damage(
            "DELETE FROM parked",
            "Event 6 is parked, but waits for nothing."),
        Damage(
            "UPDATE events SET outcome = 'odd' WHERE id = 9",
            "Event 9 has an unknown outcome or unknown reasons."),
        Damage(
            "UPDATE events SET reasons = 'odd' WHERE id = 9",
            "Event 9 has an unknown outcome or unknown reasons."),
        Damage(
            "UPDATE events SET outcome = 'rewarded', reasons = NULL WHERE id = 9",
            "Event 9 is rewarded and names no conversion.",
            """
            Event 9 is stored as rewarded, but its stored facts lead to rejected \
            (goal_type_mismatch).
            """),
        Damage(
            "UPDATE events SET conversion_id = NULL WHERE id = 2",
            "Event 2 does not name the conversion with its number.",
            "Event 2 is qualified and names no conversion."),
        Damage(
            "UPDATE events SET conversion_id = NULL WHERE id = 20",
            "Event 20 does not name the conversion with its number.",
            "Event 20 is held and names no conversion."),
        Damage(
            "DELETE FROM events WHERE id = 2",
            "Conversion 2 has no event."),
    ]

    static let toDecisions: [Damage] = [
        Damage(
            "UPDATE events SET outcome = 'held' WHERE id = 1",
            "Event 1 is stored as held, but its stored facts lead to rewarded."),
        Damage(
            "UPDATE events SET reasons = 'cap_reached' WHERE id = 2",
            """
            Event 2 is stored as qualified (cap_reached), but its stored facts lead to \
            qualified (already_rewarded).
            """),
        Damage(
            "UPDATE events SET outcome = 'ignored', reasons = NULL WHERE id = 7",
            """
            Event 7 is stored as ignored, but its stored facts lead to unmapped \
            (mapping_missing_field).
            """),
        Damage(
            """
            UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'BOB', 'EVA') AS BLOB) \
            WHERE id = 1
            """,
            """
            The decision on event 1 cannot be repeated: its body differs from the one that \
            was received.
            """),
        Damage(
            "UPDATE events SET body = x'7B' WHERE id = 1",
            "The decision on event 1 cannot be repeated: its body cannot be read."),
        Damage(
            "UPDATE events SET facts = NULL WHERE id = 1",
            """
            The decision on event 1 cannot be repeated: the facts of its decision are not \
            stored.
            """),
        Damage(
            "UPDATE events SET facts = x'01' WHERE id = 1",
            "The decision on event 1 cannot be repeated: the facts of its decision cannot be read."),
        Damage(
            "UPDATE events SET facts = (SELECT facts FROM events WHERE id = 10) WHERE id = 1",
            """
            Event 1 is stored as rewarded, but its stored facts lead to held \
            (condition_unknown).
            """,
            """
            Conversion 1 differs from its event in its campaign, lead, referrer, status \
            (approved instead of pending), approval.
            """,
            """
            Reward 16 differs from its decision in its campaign reward, value, status \
            (issued instead of in_review), reasons.
            """,
            "Reward 17 was earned, but does not exist.",
            "Reward 16 is a credit reward, but has a coupon."),
        Damage(
            "UPDATE events SET source_version = 9 WHERE id = 1",
            "The decision on event 1 cannot be repeated: version 9 of source 1, which it names, is not stored."
        ),
        Damage(
            "DELETE FROM campaign_versions WHERE campaign_id = 3",
            "Version 1 of campaign 3 is in force, but not stored.",
            """
            The decision on event 19 cannot be repeated: version 1 of campaign 3, which it names, \
            is not stored.
            """,
            """
            The decision on event 20 cannot be repeated: version 1 of campaign 3, which it names, \
            is not stored.
            """,
            """
            The decision on event 21 cannot be repeated: version 1 of campaign 3, which it names, \
            is not stored.
            """),
        Damage(
            "UPDATE events SET lead_revision = 5 WHERE id = 17",
            """
            The decision on event 17 cannot be repeated: revision 5 of participant 9, which its \
            decision read, is not stored.
            """),
    ]
}
