extension Damage {
    static let toRewards: [Damage] = [
        Damage(
            """
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status) VALUES \
            (1600, 1, 1, 'rejected')
            """,
            "Reward 1600 has no conversion: there is none with the number 100.",
            "Reward 1600 is rejected, but 1 of it is left.",
            granted(of: 1, counted: 1, found: 2), spent(of: 1, counted: 1, found: 2)),
        Damage(
            "UPDATE rewards SET campaign_reward_id = 2 WHERE id = 16",
            "Reward 16 has campaign reward 2 of another campaign.",
            "Reward 16 differs from its decision in its campaign reward.",
            "Slot 0 of campaign reward 1 names reward 16, but the rule has no such reward.",
            granted(of: 1, counted: 1, found: 0), spent(of: 1, counted: 1, found: 0),
            granted(of: 2, counted: 4, found: 5), spent(of: 2, counted: 5250, found: 5251)),
        Damage(
            "UPDATE rewards SET campaign_reward_id = 3 WHERE id = 160",
            "Reward 160 has campaign reward 3, whose place is 1 and not 0.",
            "Reward 160 differs from its decision in its campaign reward.",
            "Slot 0 of campaign reward 2 names reward 160, but the rule has no such reward.",
            granted(of: 2, counted: 4, found: 3), spent(of: 2, counted: 5250, found: 4500),
            granted(of: 3, counted: 3, found: 4), spent(of: 3, counted: 3, found: 753)),
        Damage(
            "UPDATE rewards SET beneficiary_id = 4 WHERE id = 16",
            "Reward 16 is for participant 4, neither lead nor referrer of its conversion.",
            "Reward 16 differs from its decision in its beneficiary."),
        Damage(
            "UPDATE rewards SET status = 'pending', updated_at = 1 WHERE id = 320",
            "Reward 320 is held, but the end of its hold is not stored."),
        Damage(
            "UPDATE rewards SET issued_at = NULL WHERE id = 16",
            "Reward 16 is issued, but the time of its issue is not stored.",
            "Reward 16 differs from its decision in its time of its issue."),
        Damage(
            "UPDATE rewards SET status = 'pending', held_until = 5, updated_at = 1 WHERE id = 336",
            "Reward 336 is pending, but has no coupon."),
        Damage(
            "UPDATE rewards SET status = 'odd' WHERE id = 16",
            "Coupon 1 is assigned for reward 16, which is odd.",
            "Reward 16 has an unknown status or unknown reasons."),
        Damage(
            "UPDATE rewards SET amount = 7 WHERE id = 256",
            "Reward 256 differs from its decision in its value.",
            "The ledger of reward 256 goes below zero at line 0.",
            """
            Campaign reward 2 counts 5250 of its budget as spent, but its rewards add up \
            to 2257.
            """),
        Damage(
            """
            UPDATE rewards SET status = 'in_review', reasons = 'velocity', held_until = 5, \
            issued_at = 5 WHERE id = 257
            """,
            """
            Reward 257 differs from its decision in its status (in_review instead of \
            issued), reasons, end of its hold, time of its issue.
            """),
        Damage(
            "DELETE FROM rewards WHERE id = 336",
            "Delivery 40 of webhook 1 has the type “reward.updated” and the subject 336, which does not exist.",
            "Reward 336 was earned, but does not exist.",
            "Slot 0 of campaign reward 4 names reward 336, but the rule has no such reward.",
            granted(of: 4, counted: 3, found: 2), spent(of: 4, counted: 2, found: 1)),
        Damage(
            """
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status) VALUES (32, \
            1, 1, 'rejected')
            """,
            "Reward 32 exists, but was not earned.",
            "Reward 32 is rejected, but 1 of it is left.",
            granted(of: 1, counted: 1, found: 2), spent(of: 1, counted: 1, found: 2)),
        Damage(
            """
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status) VALUES (33, \
            1, 1, 'rejected')
            """,
            "Reward 33 has campaign reward 1, whose place is 0 and not 1.",
            "Reward 33 exists, but its campaign had no such reward.",
            "Reward 33 is rejected, but 1 of it is left.",
            granted(of: 1, counted: 1, found: 2), spent(of: 1, counted: 1, found: 2)),
        Damage(
            "INSERT INTO claims VALUES (1, 1, 0, 5, 999)",
            "Slot 5 of campaign reward 1 names reward 999, but the rule has no such reward."),
        Damage(
            "INSERT INTO claims VALUES (10, 4, 0, 0, 304)",
            "Slot 0 of campaign reward 4 is held by reward 304, which is revoked."),
        Damage(
            "DELETE FROM claims WHERE rule = 1 AND ref = 16",
            "Reward 16 is issued, but holds no slot of campaign reward 1."),
        Damage(
            "INSERT INTO claims VALUES (6, 2, 0, 4, 160)",
            "Reward 160 holds 2 slots of campaign reward 2."),
        Damage(
            "UPDATE claims SET slot = 7 WHERE rule = 2 AND ref = 160",
            """
            Slot 7 of campaign reward 2, held by reward 160, does not belong to a cap that \
            its rule has had.
            """),
        Damage(
            "UPDATE claims SET holder = 0 WHERE rule = 2 AND ref = 160",
            """
            Slot 0 of campaign reward 2, held by reward 160, does not belong to a cap that \
            its rule has had.
            """),
        Damage(
            "UPDATE campaign_rewards SET budget_spent = 1 WHERE id = 2",
            spent(of: 2, counted: 1, found: 5250)),
        Damage(
            "UPDATE currency_totals SET spent = spent + 1 WHERE campaign_reward_id = 2",
            """
            Campaign reward 2 counts an amount in EUR as spent that differs from the sum of \
            its rewards.
            """),
        Damage(
            "UPDATE campaign_rewards SET granted = 3 WHERE id = 2",
            granted(of: 2, counted: 3, found: 4)),
    ]

    static let toLedger: [Damage] = [
        Damage(
            "UPDATE ledger SET amount = -5000 WHERE reward_id = 160",
            "The ledger of reward 160 goes below zero at line 0.",
            """
            Campaign reward 2 counts 5250 of its budget as spent, but its rewards add up \
            to 500.
            """),
        Damage(
            "UPDATE ledger SET amount = 1 WHERE reward_id = 160",
            "The ledger of reward 160 goes above the granted value at line 0.",
            """
            Campaign reward 2 counts 5250 of its budget as spent, but its rewards add up \
            to 5501.
            """),
        Damage(
            "UPDATE ledger SET amount = -1 WHERE reward_id = 160",
            """
            Reward 160 has a ledger that does not match the refunds of its conversion: \
            -249 must be added.
            """,
            """
            Campaign reward 2 counts 5250 of its budget as spent, but its rewards add up \
            to 5499.
            """),
        Damage(
            "UPDATE ledger SET amount = 0 WHERE reward_id = 160",
            "Line 0 of the ledger of reward 160 changes nothing.",
            """
            Reward 160 has a ledger that does not match the refunds of its conversion: \
            -250 must be added.
            """,
            """
            Campaign reward 2 counts 5250 of its budget as spent, but its rewards add up \
            to 5500.
            """),
        Damage(
            "UPDATE ledger SET entry = 1 WHERE reward_id = 160",
            """
            The ledger of reward 160 has missing lines: there are 1, and the last is number 1 \
            (they count from 0).
            """),
        Damage(
            "UPDATE ledger SET reason = 'odd' WHERE reward_id = 160",
            "Line 0 of the ledger of reward 160 has an unknown reason."),
        Damage(
            "UPDATE ledger SET event_id = 9 WHERE reward_id = 160",
            """
            Line 0 of the ledger of reward 160 comes from event 9, which does not name its \
            conversion.
            """),
        Damage(
            "INSERT INTO ledger VALUES (1600, 0, -1, 'refunded_full', NULL, 0)",
            "Line 0 of the ledger of reward 1600 has no reward."),
        Damage(
            "DELETE FROM ledger WHERE reward_id = 304",
            "Reward 304 is revoked, but 1 of it is left.",
            spent(of: 4, counted: 2, found: 3)),
        Damage(
            "INSERT INTO ledger VALUES (16, 0, -1, 'refunded_full', NULL, 0)",
            "Reward 16 is issued and was never refunded, but 0 of 1 are left.",
            spent(of: 1, counted: 1, found: 0)),
        Damage(
            "INSERT INTO ledger VALUES (288, 0, -1, 'refunded_full', NULL, 0)",
            "Reward 288 has a ledger, but no known value."),
    ]
}
