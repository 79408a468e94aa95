extension Damage {
    static let toConversions: [Damage] = [
        Damage(
            "DELETE FROM conversions WHERE id = 2",
            """
            The claim of participant 1 on lead 3, slot 0, names conversion 2, which is \
            missing.
            """,
            "Delivery 4 of webhook 1 has the type “conversion.created” and the subject 2, which does not exist.",
            "Delivery 5 of webhook 1 has the type “lead.qualified” and the subject 2, which does not exist.",
            "Event 2 names its conversion, which does not exist."),
        Damage(
            "UPDATE conversions SET lead_id = referrer_id WHERE id = 2",
            "Conversion 2 has participant 1 as lead and as referrer.",
            """
            The claim of participant 1 on lead 3, slot 0, names conversion 2, which is of \
            lead 1 and referrer 1.
            """,
            "Conversion 2 has 0 claims on its lead, participant 1; exactly one is required.",
            "Conversion 2 differs from its event in its lead."),
        Damage(
            "UPDATE conversions SET campaign_id = 99 WHERE id = 2",
            "Conversion 2 belongs to campaign 99, which does not exist.",
            "Conversion 2 differs from its event in its campaign."),
        Damage(
            "UPDATE conversions SET referrer_id = 6 WHERE id = 2",
            "The referrer of conversion 2, participant 6, is not in its campaign.",
            """
            The claim of participant 1 on lead 3, slot 0, names conversion 2, which is of \
            lead 3 and referrer 6.
            """,
            "Conversion 2 has 0 claims on its lead, participant 3; exactly one is required.",
            "Conversion 2 differs from its event in its referrer."),
        Damage(
            "UPDATE conversions SET lead_id = 99 WHERE id = 2",
            "The lead of conversion 2, participant 99, is not in its campaign.",
            """
            The claim of participant 1 on lead 3, slot 0, names conversion 2, which is of \
            lead 99 and referrer 1.
            """,
            "Conversion 2 has 0 claims on its lead, participant 99; exactly one is required.",
            "Conversion 2 differs from its event in its lead."),
        Damage(
            "DELETE FROM claims WHERE rule = 0 AND ref = 2",
            "Conversion 2 has 0 claims on its lead, participant 3; exactly one is required."),
        Damage(
            "INSERT INTO claims VALUES (1, 0, 3, 2, 2)",
            "Conversion 2 has 2 claims on its lead, participant 3; exactly one is required."),
        Damage(
            "INSERT INTO claims VALUES (1, 0, 4, 0, 99)",
            """
            The claim of participant 1 on lead 4, slot 0, names conversion 99, which is \
            missing.
            """),
        Damage(
            "INSERT INTO claims VALUES (4, 0, 2, 0, 1)",
            """
            The claim of participant 4 on lead 2, slot 0, names conversion 1, which is of \
            lead 2 and referrer 1.
            """,
            "Lead 2 has converted 2 times where it may once."),
        Damage(
            "UPDATE claims SET slot = 7 WHERE rule = 0 AND ref = 2",
            """
            The claim of participant 1 on lead 3, slot 7, names conversion 2, which is \
            neither the slot of a first conversion nor its own.
            """,
            "Conversion 2 has 0 claims on its lead, participant 3; exactly one is required."),
        Damage(
            "UPDATE claims SET slot = 2 WHERE rule = 0 AND ref = 2",
            "Conversion 2 has slot 2 of its lead, but the lead converts once."),
        Damage(
            "UPDATE claims SET slot = 0 WHERE rule = 0 AND ref = 10",
            "Conversion 10 has slot 0 of its lead, but every purchase has its own slot."),
        Damage(
            "UPDATE business_keys SET conversion_id = 99 WHERE key = 'A-2'",
            "Business key “A-2” of campaign 2 names conversion 99, which is missing.",
            "Business key “A-2” of conversion 11 names conversion 99.",
            "Event 13 refunds conversion 11, but none of its keys names that.",
            "Event 14 refunds conversion 11, but none of its keys names that."),
        Damage(
            "UPDATE business_keys SET campaign_id = 1 WHERE key = 'A-2'",
            "Business key “A-2” of campaign 1 names conversion 11, which is of another campaign.",
            "Business key “A-2” of conversion 11 names no conversion."),
        Damage(
            "INSERT INTO business_keys VALUES (2, 'A-1', 2, 'purchase', 10)",
            "Business key “A-1” of campaign 2 names conversion 10, which is of another account."),
        Damage(
            "DELETE FROM business_keys WHERE key = 'I-1'",
            "Business key “I-1” of conversion 10 names no conversion."),
        Damage(
            """
            UPDATE conversions SET amount = 5, currency = 'USD', occurred_at = 0, created_at \
            = 0 WHERE id = 20
            """,
            """
            Conversion 20 differs from its event in its amount, currency, time of the goal, \
            time of the decision.
            """),
        Damage(
            "UPDATE conversions SET status = 'approved' WHERE id = 20",
            "Conversion 20 differs from its event in its status (approved instead of pending)."),
        Damage(
            "UPDATE conversions SET was_approved = 0 WHERE id = 2",
            "Conversion 2 differs from its event in its approval."),
        Damage(
            "UPDATE conversions SET status = 'odd' WHERE id = 2",
            "Conversion 2 has unknown values."),
        Damage(
            "INSERT INTO conversions VALUES (9, 1, 2, 1, 'approved', NULL, NULL, NULL, 1, 0, 0, NULL, NULL)",
            "Conversion 9 has 0 claims on its lead, participant 2; exactly one is required.",
            "Event 9 does not name the conversion with its number.",
            "Conversion 9 exists, but the decision on its event creates none."),
    ]

    static let toReversals: [Damage] = [
        Damage(
            "UPDATE conversions SET status = 'approved' WHERE id = 19",
            "Conversion 19 was refunded in full, but is approved."),
        Damage(
            "UPDATE reversals SET event_id = 9 WHERE conversion_id = 10",
            "Reversal 0 of conversion 10 comes from event 9, which does not name that conversion.",
            "Event 12 is a refund of conversion 10, but is not recorded."),
        Damage(
            "UPDATE reversals SET conversion_id = 99 WHERE conversion_id = 10",
            "Reversal 0 of conversion 99 comes from event 12, but there is no such conversion.",
            "Reward 160 is issued and was never refunded, but 750 of 1000 are left.",
            "Event 12 is a refund of conversion 10, but is not recorded."),
        Damage(
            "DELETE FROM reversals WHERE conversion_id = 11 AND entry = 0",
            """
            Reversals of conversion 11 are missing: there are 1, and the last is number 1 \
            (they count from 0).
            """,
            "Event 13 is a refund of conversion 11, but is not recorded."),
        Damage(
            "UPDATE reversals SET amount = 1 WHERE conversion_id = 10",
            """
            Reward 160 has a ledger that does not match the refunds of its conversion: \
            250 must be added.
            """,
            "Event 12 is a refund of conversion 10, but is recorded as something else."),
        Damage(
            "UPDATE events SET outcome = 'held', reasons = 'held_until' WHERE id = 12",
            """
            Event 12 is stored as held (held_until), but its stored facts lead to \
            reversed (refunded_partial).
            """),
        Damage(
            "UPDATE events SET outcome = 'reversed' WHERE id = 14",
            "Event 14 reinstated a payment, but its outcome is reversed."),
        Damage(
            "UPDATE events SET participant_id = 1 WHERE id = 12",
            "Event 12 is a refund, but does not name the lead of conversion 10."),
        Damage(
            "UPDATE events SET conversion_id = 11 WHERE id = 12",
            """
            Reversal 0 of conversion 10 comes from event 12, which does not name that \
            conversion.
            """,
            """
            Line 0 of the ledger of reward 160 comes from event 12, which does not name its \
            conversion.
            """,
            "Event 12 refunds conversion 11, but none of its keys names that.",
            "Event 12 is a refund of conversion 11, but is not recorded."),
        Damage(
            "UPDATE conversions SET currency = 'USD' WHERE id = 10",
            "Conversion 10 differs from its event in its currency.",
            "Event 12 was applied, but its amount is invalid.",
            """
            Event 12 is stored as reversed (refunded_partial), but its stored facts lead \
            to held (condition_unknown).
            """),
        Damage(
            """
            UPDATE events SET conversion_id = NULL, participant_id = NULL, outcome = \
            'parked', reasons = 'unknown_code' WHERE id = 12; DELETE FROM reversals WHERE \
            event_id = 12
            """,
            """
            Line 0 of the ledger of reward 160 comes from event 12, which does not name its \
            conversion.
            """,
            "Reward 160 is issued and was never refunded, but 750 of 1000 are left.",
            "Event 12 is parked, but waits for nothing."),
    ]
}
