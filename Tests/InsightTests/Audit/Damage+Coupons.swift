extension Damage {
    static let toCoupons: [Damage] = [
        Damage(
            "UPDATE coupon_counts SET count = count + 2 WHERE campaign_id = 1 AND state = 'available'",
            "Campaign 1 has counted 2 more coupons that are available than it has."),
        Damage(
            "UPDATE coupons SET reward_id = 336 WHERE id = 2",
            "Coupon 2 is available, but names reward 336.",
            "Reward 336 waits for a coupon, but has one."),
        Damage(
            "UPDATE coupons SET state = 'odd' WHERE id = 2",
            "Coupon 2 is “odd”, which is not a state of a coupon."),
        Damage(
            "UPDATE coupons SET state = 'assigned' WHERE id = 2",
            "Coupon 2 is assigned, but names no reward."),
        Damage(
            "UPDATE coupons SET state = 'assigned', reward_id = 999 WHERE id = 2",
            "Coupon 2 is assigned for reward 999, which does not exist."),
        Damage(
            "UPDATE coupons SET state = 'assigned', reward_id = 336 WHERE id = 2",
            "Coupon 2 of campaign 1 is assigned for reward 336 of another campaign.",
            "Reward 336 waits for a coupon, but has one."),
        Damage(
            "UPDATE coupons SET state = 'voided', reward_id = 999 WHERE id = 2",
            "Coupon 2 is voided for reward 999, which does not exist."),
        Damage(
            """
            INSERT INTO coupons(campaign_id, code, state, reward_id) VALUES (3, 'X', \
            'reserved', 336)
            """,
            "Coupon 8 is reserved for reward 336, which is waiting_stock.",
            "Reward 336 waits for a coupon, but has one."),
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
            "Reward 160 is a credit reward, but has a coupon."),
        Damage(
            "UPDATE coupons SET state = 'available', reward_id = NULL WHERE reward_id = 16",
            "Reward 16 is issued, but has no coupon."),
        Damage(
            "UPDATE coupons SET state = 'reserved' WHERE reward_id = 16",
            "Coupon 1 is reserved for reward 16, which is issued.",
            "Reward 16 is issued, but its coupon is reserved."),
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
            "Coupons of campaign 9, which does not exist: 1."),
    ]

    static let toDeliveries: [Damage] = [
        Damage(
            "UPDATE deliveries SET webhook_id = 9 WHERE id = 1",
            "Deliveries for webhook 9, which does not exist: 1."),
        Damage(
            "UPDATE deliveries SET status = 'odd' WHERE id = 1",
            "Delivery 1 of webhook 1 is “odd”, which is not a status of a delivery."),
        Damage(
            "UPDATE deliveries SET type = 'odd' WHERE id = 1",
            "Delivery 1 of webhook 1 has the unknown type “odd”."),
        Damage(
            "UPDATE deliveries SET type = 'conversion.created', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 has the type “conversion.created” and the subject 99, which does not exist."
        ),
        Damage(
            "UPDATE deliveries SET type = 'reward.issued', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 has the type “reward.issued” and the subject 99, which does not exist."
        ),
        Damage(
            "UPDATE deliveries SET type = 'lead.created', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 has the type “lead.created” and the subject 99, which does not exist."
        ),
        Damage(
            "UPDATE deliveries SET type = 'coupon_pool.low', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 has the type “coupon_pool.low” and the subject 99, which does not exist."
        ),
        Damage(
            "UPDATE deliveries SET type = 'event.parked', subject = 99 WHERE id = 1",
            "Delivery 1 of webhook 1 has the type “event.parked” and the subject 99, which does not exist."
        ),
    ]

    static let toPeople: [Damage] = [
        Damage(
            "UPDATE participants SET account_id = 2 WHERE id = 4",
            "Participant 4 belongs to campaign 1 and account 2, which do not belong together."),
        Damage(
            "UPDATE participants SET referred_by = 99 WHERE id = 4",
            "Participant 4 was referred by participant 99, who does not exist."),
        Damage(
            "UPDATE participants SET referred_by = 4 WHERE id = 4",
            "Participant 4 is their own referrer."),
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
            "Participant 4 was deleted, but a name or an address is left."),
        Damage(
            """
            UPDATE participants SET erased_at = 1, revision = 1, email = NULL, first_name = \
            NULL WHERE id = 4; INSERT INTO participant_revisions VALUES (4, 0, \
            '{"email":"d@d.example"}')
            """,
            "Participant 4 was deleted, but a name or an address is left."),
        Damage(
            "INSERT INTO participant_revisions VALUES (4, 0, '{}')",
            "Revision 0 of participant 4 is stored, whose revision is 0."),
        Damage(
            "INSERT INTO participant_revisions VALUES (99, 0, '{}')",
            "Revision 0 of participant 99 is stored, who does not exist."),
        Damage(
            "INSERT INTO customers VALUES (1, 'c', 99)",
            "A customer id of campaign 1 names participant 99, who is missing."),
        Damage(
            "INSERT INTO customers VALUES (1, 'c', 6)",
            "A customer id of campaign 1 names participant 6, who is in another campaign."),
        Damage(
            """
            UPDATE conversions SET customer = 'c' WHERE id = 2; INSERT INTO meta VALUES \
            ('customers_entered', 2)
            """,
            "The customer of conversion 2 is not stored, although marked as stored.",
            "Conversion 2 differs from its event in its customer."),
        Damage(
            "UPDATE campaigns SET version = 2 WHERE id = 1",
            "Version 2 of campaign 1 is in force, but not stored."),
        Damage(
            "UPDATE sources SET version = 2",
            "Version 2 of source 1 is in force, but not stored."),
    ]
}
