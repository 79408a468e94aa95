extension Schema {
    /// The tables of reward rules beyond one cap and a budget. Running counts are rows of `claims`
    /// (see RunningCounts). A campaign without such rules writes nothing here.
    static let rewardRules = """
        -- The running counts that were begun for the campaign, as bits; NULL is none.
        ALTER TABLE campaigns ADD COLUMN counted INTEGER;

        -- The multiples of `every` that a reward holds: `slot` is the number of approved conversions of the
        -- holder, or of a lead of the holder (`subject`), with which the reward was earned.
        CREATE TABLE milestones(
            holder INTEGER NOT NULL,
            subject INTEGER NOT NULL,
            slot INTEGER NOT NULL,
            rule INTEGER NOT NULL,
            reward_id INTEGER NOT NULL,
            PRIMARY KEY (holder, subject, slot, rule)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX milestones_reward ON milestones(reward_id);

        -- Approvals after the event, reversals and reinstatements of conversions that are counted: 1 or -1, and
        -- each running count after it with the number of its changes. `facts` is what the decision on the
        -- rewards of multiples depended on. An approval by the event itself is in the event's own facts;
        -- entry -1 has the counts that those do not hold.
        CREATE TABLE approvals(
            conversion_id INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            change INTEGER NOT NULL,
            referrer_step INTEGER,
            referrer_count INTEGER,
            lead_step INTEGER,
            lead_count INTEGER,
            campaign_step INTEGER,
            campaign_count INTEGER,
            facts BLOB,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (conversion_id, entry)
        ) STRICT, WITHOUT ROWID;

        -- The goals that release held rewards, each with the first event of a participant that reports it.
        CREATE TABLE reached_goals(
            participant_id INTEGER NOT NULL,
            goal TEXT NOT NULL,
            event_id INTEGER NOT NULL,
            PRIMARY KEY (participant_id, goal)
        ) STRICT, WITHOUT ROWID;

        -- Rewards that wait for a goal of their lead, until `expires_at`. `hold_end` is the end of the
        -- campaign's hold days.
        CREATE TABLE awaited_goals(
            participant_id INTEGER NOT NULL,
            goal TEXT NOT NULL,
            reward_id INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            hold_end INTEGER,
            PRIMARY KEY (participant_id, goal, reward_id)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX awaited_goals_reward ON awaited_goals(reward_id);
        CREATE INDEX awaited_goals_expiry ON awaited_goals(expires_at, reward_id);

        -- The rewards that an event's goal has released.
        CREATE TABLE released_rewards(
            event_id INTEGER NOT NULL,
            reward_id INTEGER NOT NULL,
            PRIMARY KEY (event_id, reward_id)
        ) STRICT, WITHOUT ROWID;
        """
}
