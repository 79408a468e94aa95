extension Damage {
    static let toCoupons: [Damage] = [
        Damage(
            "UPDATE coupons SET reward_id = 336 WHERE id = 2",
            "Coupon 2 is available and names reward 336.",
            "Reward 336 waits for a coupon and has one."),
        Damage(
            "UPDATE coupons SET state = 'odd' WHERE id = 2",
            "Coupon 2 is “odd”, which is no state of a coupon."),
        Damage(
            "UPDATE coupons SET state = 'assigned' WHERE id = 2",
            "Coupon 2 is assigned and names no reward."),
        Damage(
            "UPDATE coupons SET state = 'assigned', reward_id = 999 WHERE id = 2",
            "Coupon 2 is assigned for reward 999, which is not there."),
        Damage(
            "UPDATE coupons SET state = 'assigned', reward_id = 336 WHERE id = 2",
            "Coupon 2 of campaign 1 is assigned for reward 336 of another campaign.",
            "Reward 336 waits for a coupon and has one."),
        Damage(
            "UPDATE coupons SET state = 'voided', reward_id = 999 WHERE id = 2",
            "Coupon 2 is voided for reward 999, which is not there."),
        Damage(
            """
            INSERT INTO coupons(campaign_id, code, state, reward_id) VALUES (3, 'X', \
            'reserved', 336)
            """,
            "Coupon 8 is reserved for reward 336, which is waiting_stock.",
            "Reward 336 waits for a coupon and has one."),
        Damage(
            """
            INSERT INTO coupons(campaign_id, code, state, reward_id) VALUES (3, 'X', \
            'reserved', 304)
            """,
            "Coupon 8 is reserved for reward 304, which is revoked."),
        Damage(
            """
            INSERT INTO coupons(campaign_id, code, state, reward_id) VALUES (2, 'X', \
            'assigned', 160)
            """,
            "Reward 160 is a credit reward and has a coupon."),
        Damage(
            "UPDATE coupons SET state = 'available', reward_id = NULL WHERE reward_id = 16",
            "Reward 16 is issued and has no coupon."),
        Damage(
            "UPDATE coupons SET state = 'reserved' WHERE reward_id = 16",
            "Coupon 1 is reserved for reward 16, which is issued.",
            "Reward 16 is issued and its coupon is reserved."),
        Damage(
            """
            DROP INDEX coupons_reward; UPDATE coupons SET state = 'assigned', reward_id = 16 \
            WHERE id = 2
            """,
            "The index coupons_reward is missing.",
            "Reward 16 has 2 coupons."),
        Damage(
            """
            DROP INDEX coupons_code; UPDATE coupons SET code = (SELECT code FROM coupons \
            WHERE id = 2) WHERE id = 3
            """,
            "The index coupons_code is missing.",
            "Coupons 2 and 3 of campaign 1 have the same code."),
        Damage(
            "INSERT INTO coupons(campaign_id, code) VALUES (9, 'X')",
            "Coupons of campaign 9, which is not there: 1."),
    ]

    static let toDeliveries: [Damage] = [
        Damage(
            "UPDATE deliveries SET webhook_id = 9 WHERE id = 1",
            "Deliveries for webhook 9, which is not there: 1."),
        Damage(
            "UPDATE deliveries SET status = 'odd' WHERE id = 1",
            "Delivery 1 of webhook 1 is “odd”, which is no state of a delivery."),
        Damage(
            "UPDATE deliveries SET type = 'odd' WHERE id = 1",
            "Delivery 1 of webhook 1 tells “odd”, which is nothing it could tell."),
        Damage(
            "UPDATE deliveries SET type = 'conversion.created', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 tells “conversion.created” of number 99, which is not there."),
        Damage(
            "UPDATE deliveries SET type = 'reward.issued', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 tells “reward.issued” of number 99, which is not there."),
        Damage(
            "UPDATE deliveries SET type = 'lead.created', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 tells “lead.created” of number 99, which is not there."),
        Damage(
            "UPDATE deliveries SET type = 'coupon_pool.low', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 tells “coupon_pool.low” of number 99, which is not there."),
        Damage(
            "UPDATE deliveries SET type = 'event.parked', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 tells “event.parked” of number 99, which is not there."),
    ]

    static let toPeople: [Damage] = [
        Damage(
            "UPDATE participants SET account_id = 2 WHERE id = 4",
            "Participant 4 is of campaign 1 and of account 2, which do not belong together."),
        Damage(
            "UPDATE participants SET referred_by = 99 WHERE id = 4",
            "Participant 4 was referred by participant 99, who is not there."),
        Damage(
            "UPDATE participants SET referred_by = 4 WHERE id = 4",
            "Participant 4 was referred by themself."),
        Damage(
            "UPDATE participants SET referred_by = 6 WHERE id = 4",
            "Participant 4 was referred by participant 6 of another campaign."),
        Damage(
            """
            DROP INDEX participants_code; UPDATE participants SET referral_code = 'LEA' \
            WHERE id = 4
            """,
            "The index participants_code is missing.",
            "Participants 4 and 14 have the same referral code."),
        Damage(
            "UPDATE participants SET erased_at = 1 WHERE id = 4",
            "Participant 4 was deleted, and a name or an address is left."),
        Damage(
            """
            UPDATE participants SET erased_at = 1, revision = 1, email = NULL, first_name = \
            NULL WHERE id = 4; INSERT INTO participant_revisions VALUES (4, 0, \
            '{"email":"d@d.example"}')
            """,
            "Participant 4 was deleted, and a name or an address is left."),
        Damage(
            "INSERT INTO participant_revisions VALUES (4, 0, '{}')",
            "Revision 0 is kept of participant 4, whose revision is 0."),
        Damage(
            "INSERT INTO participant_revisions VALUES (99, 0, '{}')",
            "Revision 0 is kept of participant 99, who is not there."),
        Damage(
            "INSERT INTO customers VALUES (1, 'c', 99)",
            "A customer id of campaign 1 names participant 99, who is not there."),
        Damage(
            "INSERT INTO customers VALUES (1, 'c', 6)",
            "A customer id of campaign 1 names participant 6, who is in another campaign."),
        Damage(
            """
            UPDATE conversions SET customer = 'c' WHERE id = 2; INSERT INTO meta VALUES \
            ('customers_entered', 2)
            """,
            "The customer that conversion 2 names is not known, though marked as entered.",
            "Conversion 2 differs from its event in its customer."),
        Damage(
            "UPDATE campaigns SET version = 2 WHERE id = 1",
            "Version 2 of campaign 1 is in force and is not kept."),
        Damage(
            "UPDATE sources SET version = 2",
            "Version 2 of source 1 is in force and is not kept."),
    ]
}
