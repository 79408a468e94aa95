extension Schema {
    /// A value for each kind of declaration. Every change of a declaration replaces the value by a
    /// random one, in the same transaction. A gateway compares these values and reads declarations
    /// again only if they differ.
    ///
    /// Triggers do this, so that no code that changes a declaration can forget it. Random values,
    /// unlike a counter, are not used again after a rollback.
    static let declarationStamps = """
        INSERT INTO meta VALUES ('stamp_campaigns', x''), ('stamp_sources', x''),
            ('stamp_webhooks', x''), ('stamp_keys', x'');

        CREATE TRIGGER campaigns_added AFTER INSERT ON campaigns BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaigns_changed AFTER UPDATE ON campaigns BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaigns_removed AFTER DELETE ON campaigns BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaign_versions_added AFTER INSERT ON campaign_versions BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaign_versions_changed AFTER UPDATE ON campaign_versions BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaign_versions_removed AFTER DELETE ON campaign_versions BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaign_rewards_added AFTER INSERT ON campaign_rewards BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaign_rewards_changed AFTER UPDATE OF campaign_id, position ON campaign_rewards BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER campaign_rewards_removed AFTER DELETE ON campaign_rewards BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_campaigns'; END;
        CREATE TRIGGER sources_added AFTER INSERT ON sources BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_sources'; END;
        CREATE TRIGGER sources_changed AFTER UPDATE ON sources BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_sources'; END;
        CREATE TRIGGER sources_removed AFTER DELETE ON sources BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_sources'; END;
        CREATE TRIGGER source_versions_added AFTER INSERT ON source_versions BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_sources'; END;
        CREATE TRIGGER source_versions_changed AFTER UPDATE ON source_versions BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_sources'; END;
        CREATE TRIGGER source_versions_removed AFTER DELETE ON source_versions BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_sources'; END;
        CREATE TRIGGER webhooks_added AFTER INSERT ON webhooks BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_webhooks'; END;
        CREATE TRIGGER webhooks_changed AFTER UPDATE ON webhooks BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_webhooks'; END;
        CREATE TRIGGER webhooks_removed AFTER DELETE ON webhooks BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_webhooks'; END;
        CREATE TRIGGER api_keys_added AFTER INSERT ON api_keys BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_keys'; END;
        CREATE TRIGGER api_keys_changed AFTER UPDATE OF hash, revoked_at ON api_keys BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_keys'; END;
        CREATE TRIGGER api_keys_removed AFTER DELETE ON api_keys BEGIN
            UPDATE meta SET value = randomblob(8) WHERE name = 'stamp_keys'; END;
        """
}
