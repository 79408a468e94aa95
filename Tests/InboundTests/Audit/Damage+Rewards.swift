extension Damage {
    static let toRewards: [Damage] = [
        Damage(
            """
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status) VALUES \
            (1600, 1, 1, 'rejected')
            """,
            "Reward 1600 has no conversion: there is none with the number 100.",
            "Reward 1600 is rejected, and 1 of it is left.",
            granted(of: 1, counted: 1, found: 2), spent(of: 1, counted: 1, found: 2)),
        Damage(
            "UPDATE rewards SET campaign_reward_id = 2 WHERE id = 16",
            "Reward 16 is of campaign reward 2, which is not of its campaign.",
            "Reward 16 differs from its decision in its campaign reward.",
            "Slot 0 of campaign reward 1 names reward 16, and the rule has no such reward.",
            granted(of: 1, counted: 1, found: 0), spent(of: 1, counted: 1, found: 0),
            granted(of: 2, counted: 4, found: 5), spent(of: 2, counted: 5250, found: 5251)),
        Damage(
            "UPDATE rewards SET campaign_reward_id = 3 WHERE id = 160",
            "Reward 160 is of campaign reward 3, whose place is 1 and not 0.",
            "Reward 160 differs from its decision in its campaign reward.",
            "Slot 0 of campaign reward 2 names reward 160, and the rule has no such reward.",
            granted(of: 2, counted: 4, found: 3), spent(of: 2, counted: 5250, found: 4500),
            granted(of: 3, counted: 3, found: 4), spent(of: 3, counted: 3, found: 753)),
        Damage(
            "UPDATE rewards SET beneficiary_id = 4 WHERE id = 16",
            "Reward 16 is for participant 4, neither lead nor referrer of its conversion.",
            "Reward 16 differs from its decision in its beneficiary."),
        Damage(
            "UPDATE rewards SET status = 'pending', updated_at = 1 WHERE id = 320",
            "Reward 320 is held, and no end of its hold is known."),
        Damage(
            "UPDATE rewards SET issued_at = NULL WHERE id = 16",
            "Reward 16 is issued, and no time of its issue is known.",
            "Reward 16 differs from its decision in its time of its issue."),
        Damage(
            "UPDATE rewards SET status = 'pending', held_until = 5, updated_at = 1 WHERE id = 336",
            "Reward 336 is pending and has no coupon."),
        Damage(
            "UPDATE rewards SET status = 'odd' WHERE id = 16",
            "Coupon 1 is assigned for reward 16, which is odd.",
            "Reward 16 has a status or reasons that nobody knows."),
        Damage(
            "UPDATE rewards SET amount = 7 WHERE id = 256",
            "Reward 256 differs from its decision in its value.",
            "The ledger of reward 256 goes below nothing at line 0.",
            """
            Campaign reward 2 has spent 5250 of its budget by its own count, and its rewards \
            come to 2257.
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
            "Delivery 40 of webhook 1 tells “reward.updated” of number 336, which is not there.",
            "Reward 336 was earned, and is not there.",
            "Slot 0 of campaign reward 4 names reward 336, and the rule has no such reward.",
            granted(of: 4, counted: 3, found: 2), spent(of: 4, counted: 2, found: 1)),
        Damage(
            """
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status) VALUES (32, \
            1, 1, 'rejected')
            """,
            "Reward 32 is there, and was not earned.",
            "Reward 32 is rejected, and 1 of it is left.",
            granted(of: 1, counted: 1, found: 2), spent(of: 1, counted: 1, found: 2)),
        Damage(
            """
            INSERT INTO rewards(id, campaign_reward_id, beneficiary_id, status) VALUES (33, \
            1, 1, 'rejected')
            """,
            "Reward 33 is of campaign reward 1, whose place is 0 and not 1.",
            "Reward 33 is there, and its campaign had no such reward.",
            "Reward 33 is rejected, and 1 of it is left.",
            granted(of: 1, counted: 1, found: 2), spent(of: 1, counted: 1, found: 2)),
        Damage(
            "INSERT INTO claims VALUES (1, 1, 0, 5, 999)",
            "Slot 5 of campaign reward 1 names reward 999, and the rule has no such reward."),
        Damage(
            "INSERT INTO claims VALUES (10, 4, 0, 0, 304)",
            "Slot 0 of campaign reward 4 is held by reward 304, which is revoked."),
        Damage(
            "DELETE FROM claims WHERE rule = 1 AND ref = 16",
            "Reward 16 is issued and holds no slot of campaign reward 1."),
        Damage(
            "INSERT INTO claims VALUES (6, 2, 0, 4, 160)",
            "Reward 160 holds 2 slots of campaign reward 2."),
        Damage(
            "UPDATE claims SET slot = 7 WHERE rule = 2 AND ref = 160",
            """
            Slot 7 of campaign reward 2, held by reward 160, is not one of a cap the rule \
            has had.
            """),
        Damage(
            "UPDATE claims SET holder = 0 WHERE rule = 2 AND ref = 160",
            """
            Slot 0 of campaign reward 2, held by reward 160, is not one of a cap the rule \
            has had.
            """),
        Damage(
            "UPDATE campaign_rewards SET budget_spent = 1 WHERE id = 2",
            spent(of: 2, counted: 1, found: 5250)),
        Damage(
            "UPDATE currency_totals SET spent = spent + 1 WHERE campaign_reward_id = 2",
            """
            Campaign reward 2 has spent another sum in EUR by its own count than its rewards \
            come to.
            """),
        Damage(
            "UPDATE campaign_rewards SET granted = 3 WHERE id = 2",
            granted(of: 2, counted: 3, found: 4)),
    ]

    static let toLedger: [Damage] = [
        Damage(
            "UPDATE ledger SET amount = -5000 WHERE reward_id = 160",
            "The ledger of reward 160 goes below nothing at line 0.",
            """
            Campaign reward 2 has spent 5250 of its budget by its own count, and its rewards \
            come to 500.
            """),
        Damage(
            "UPDATE ledger SET amount = 1 WHERE reward_id = 160",
            "The ledger of reward 160 goes above what was granted at line 0.",
            """
            Campaign reward 2 has spent 5250 of its budget by its own count, and its rewards \
            come to 5501.
            """),
        Damage(
            "UPDATE ledger SET amount = -1 WHERE reward_id = 160",
            """
            Reward 160 doesn't say what the refunds of its conversion leave of it: -249 to \
            be added.
            """,
            """
            Campaign reward 2 has spent 5250 of its budget by its own count, and its rewards \
            come to 5499.
            """),
        Damage(
            "UPDATE ledger SET amount = 0 WHERE reward_id = 160",
            "Line 0 of the ledger of reward 160 changes nothing.",
            """
            Reward 160 doesn't say what the refunds of its conversion leave of it: -250 to \
            be added.
            """,
            """
            Campaign reward 2 has spent 5250 of its budget by its own count, and its rewards \
            come to 5500.
            """),
        Damage(
            "UPDATE ledger SET entry = 1 WHERE reward_id = 160",
            """
            The ledger of reward 160 lacks lines: there are 1, and the last is number 1 \
            (they count from 0).
            """),
        Damage(
            "UPDATE ledger SET reason = 'odd' WHERE reward_id = 160",
            "Line 0 of the ledger of reward 160 has a reason that nobody knows."),
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
            "Reward 304 is revoked, and 1 of it is left.",
            spent(of: 4, counted: 2, found: 3)),
        Damage(
            "INSERT INTO ledger VALUES (16, 0, -1, 'refunded_full', NULL, 0)",
            "Reward 16 is issued and was never refunded, and 0 of 1 are left.",
            spent(of: 1, counted: 1, found: 0)),
        Damage(
            "INSERT INTO ledger VALUES (288, 0, -1, 'refunded_full', NULL, 0)",
            "Reward 288 has a ledger, and its worth was never told."),
    ]
}
