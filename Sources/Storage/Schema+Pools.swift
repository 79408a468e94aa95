extension Schema {
    /// Subscribers are notified once of an empty pool. Former releases notified them when the last
    /// coupon was given, and of the first reward that waited for one.
    static let exhaustedPools = """
        -- Campaigns whose pools are empty, as far as subscribers know. A row goes when its pool is filled.
        CREATE TABLE exhausted_pools(campaign_id INTEGER PRIMARY KEY) STRICT;
        CREATE TRIGGER coupons_added AFTER INSERT ON coupons WHEN NEW.state = 'available' BEGIN
            DELETE FROM exhausted_pools WHERE campaign_id = NEW.campaign_id;
        END;

        INSERT INTO exhausted_pools SELECT id FROM campaigns
            WHERE NOT EXISTS (SELECT 1 FROM coupons
                    WHERE campaign_id = campaigns.id AND state = 'available')
                AND (EXISTS (SELECT 1 FROM coupons WHERE campaign_id = campaigns.id)
                OR EXISTS (SELECT 1 FROM campaign_rewards AS rule JOIN rewards AS reward
                    ON reward.campaign_reward_id = rule.id AND reward.status = 'waiting_stock'
                    WHERE rule.campaign_id = campaigns.id));
        """
}
