/// The tables of a refgate database, as numbered migrations that are only ever appended.
///
/// `PRAGMA user_version` holds the number of the last one applied, `PRAGMA application_id` marks
/// the file as refgate's.
///
/// The aim of the layout: a qualification is one transaction of few, short rows, nearly all of them
/// appended. The order in which leads qualify is random, so a row that is keyed by a lead dirties a
/// page of its own, which costs as much as everything else together. Therefore
///
/// - a participant's row is never written on the main path: the state of a lead follows from
///   `claims`;
/// - a partner's id of a customer is appended with the conversion, and entered into `customers`
///   later, with many others in the order of that table;
/// - `claims` keys the slots of a lead and of its referrer by the referrer first, so that the slot
///   of the conversion and the slot of the reward lie on one page;
/// - a conversion has the number of its event, and a reward its conversion's number × 16 + its
///   place, so that neither needs an index to be found from the other;
/// - a delivery holds its subject, not its body, which is rendered when it is first sent.
///
/// Times are microseconds since 1970 in UTC. Statuses are the words of the API.
enum Schema {
    /// "RfGt", in the header of every database file of refgate.
    static let applicationID: Int64 = 0x5266_4774

    static var version: Int64 { Int64(migrations.count) }

    static let migrations: [String] = [
        first, outbox, operators, parkedCounts, breakers, gross, addresses, erasures,
        formerEvents, exhaustedPools, trimmedKeys, declarationStamps, totals, unfinishedWork,
        tombstones, participantCustomers, eventNames, currencyTotals, referrerCounts, reports,
        signups, payouts, accountSides, searches, visits, rewardRules,
    ]

    private static let first = """
        CREATE TABLE meta(
            name TEXT PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE accounts(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            plan TEXT NOT NULL CHECK (plan IN ('free', 'paid')),
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE api_keys(
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            name TEXT NOT NULL,
            mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
            hash BLOB NOT NULL UNIQUE,
            last_four TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT;

        -- The rules of a campaign are immutable: a change is a new version, and events name theirs.
        CREATE TABLE campaigns(
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            version INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE campaign_versions(
            campaign_id INTEGER NOT NULL REFERENCES campaigns(id),
            version INTEGER NOT NULL,
            document TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (campaign_id, version)
        ) STRICT, WITHOUT ROWID;

        -- One rule for one reward; `position` is its place in the campaign's list.
        CREATE TABLE campaign_rewards(
            id INTEGER PRIMARY KEY,
            campaign_id INTEGER NOT NULL REFERENCES campaigns(id),
            position INTEGER NOT NULL,
            budget_spent INTEGER NOT NULL DEFAULT 0,
            UNIQUE (campaign_id, position)
        ) STRICT;

        CREATE TABLE sources(
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            version INTEGER NOT NULL,
            secrets BLOB,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE source_versions(
            source INTEGER NOT NULL REFERENCES sources(number),
            version INTEGER NOT NULL,
            document TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (source, version)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE webhooks(
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            name TEXT NOT NULL,
            document TEXT NOT NULL,
            secrets BLOB,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (account_id, name)
        ) STRICT;

        -- `erased_at`: the person was deleted; the row stays so that the code is never given again.
        CREATE TABLE participants(
            id INTEGER PRIMARY KEY,
            campaign_id INTEGER NOT NULL,
            account_id INTEGER NOT NULL,
            revision INTEGER NOT NULL DEFAULT 0,
            referral_code TEXT NOT NULL,
            email TEXT,
            first_name TEXT,
            source TEXT,
            referred_by INTEGER,
            has_referred INTEGER NOT NULL DEFAULT 0,
            is_disabled INTEGER NOT NULL DEFAULT 0,
            external_id TEXT,
            joined_at INTEGER NOT NULL,
            erased_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX participants_code ON participants(account_id, referral_code);
        CREATE UNIQUE INDEX participants_email ON participants(campaign_id, email)
            WHERE email IS NOT NULL;
        CREATE UNIQUE INDEX participants_external ON participants(campaign_id, external_id)
            WHERE external_id IS NOT NULL;
        CREATE INDEX participants_referred_by ON participants(referred_by)
            WHERE referred_by IS NOT NULL;

        -- What a participant was before a change, for decisions made then.
        CREATE TABLE participant_revisions(
            participant_id INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            document TEXT NOT NULL,
            PRIMARY KEY (participant_id, revision)
        ) STRICT, WITHOUT ROWID;

        -- A partner's own name for a person, learnt from an event that names both. What conversions teach
        -- stands in their rows, and is entered here later (see CustomerTable).
        CREATE TABLE customers(
            campaign_id INTEGER NOT NULL,
            customer TEXT NOT NULL,
            participant_id INTEGER NOT NULL,
            PRIMARY KEY (campaign_id, customer)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE coupons(
            id INTEGER PRIMARY KEY,
            campaign_id INTEGER NOT NULL,
            code TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'available',
            reward_id INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX coupons_code ON coupons(campaign_id, code);
        CREATE INDEX coupons_available ON coupons(campaign_id, id) WHERE state = 'available';
        -- A voided coupon still names the reward it was revoked with; one given instead does too.
        CREATE UNIQUE INDEX coupons_reward ON coupons(reward_id)
            WHERE reward_id IS NOT NULL AND state <> 'voided';

        -- `facts` is what the decision depended on beside the body and the campaign's version (see
        -- Referrals.FactsRecord), the revisions say which state of the two persons the conditions saw.
        -- `conversion_id` is the conversion it made or names. The body comes last: SQLite then reads the
        -- columns before it without touching its pages.
        CREATE TABLE events(
            id INTEGER PRIMARY KEY,
            source INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            fingerprint INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            reasons TEXT,
            source_version INTEGER NOT NULL,
            participant_id INTEGER,
            conversion_id INTEGER,
            lead_revision INTEGER,
            referrer_revision INTEGER,
            facts BLOB,
            fields TEXT,
            body BLOB
        ) STRICT;
        CREATE UNIQUE INDEX events_identity ON events(source, event_id);
        -- Why a participant got nothing, and what came later to a conversion. Neither grows with
        -- qualifications.
        CREATE INDEX events_without_conversion ON events(participant_id)
            WHERE conversion_id IS NULL AND participant_id IS NOT NULL;
        CREATE INDEX events_of_conversion ON events(conversion_id) WHERE conversion_id <> id;
        CREATE INDEX events_unmapped ON events(source, id) WHERE outcome = 'unmapped';

        -- Only for senders whose event id lies outside the signed bytes.
        CREATE TABLE event_digests(
            source INTEGER NOT NULL,
            digest BLOB NOT NULL,
            event INTEGER NOT NULL,
            PRIMARY KEY (source, digest)
        ) STRICT, WITHOUT ROWID;

        -- Events that wait for a participant, a purchase or the resumption of their source, in the order
        -- in which they will be decided.
        CREATE TABLE parked(
            account_id INTEGER NOT NULL,
            awaits TEXT NOT NULL CHECK (awaits IN ('code', 'business_key', 'source')),
            key TEXT NOT NULL,
            occurred_at INTEGER NOT NULL,
            event_id INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (account_id, awaits, key, occurred_at, event_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX parked_expiry ON parked(expires_at);
        CREATE INDEX parked_event ON parked(event_id);

        -- Its number is that of the event that made it.
        CREATE TABLE conversions(
            id INTEGER PRIMARY KEY,
            campaign_id INTEGER NOT NULL,
            lead_id INTEGER NOT NULL,
            referrer_id INTEGER NOT NULL,
            status TEXT NOT NULL,
            amount INTEGER,
            currency TEXT,
            customer TEXT,
            was_approved INTEGER NOT NULL,
            occurred_at INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER
        ) STRICT;

        -- Order and invoice numbers, each an alias of one conversion. By key first, since a refund names
        -- nothing else.
        CREATE TABLE business_keys(
            account_id INTEGER NOT NULL,
            key TEXT NOT NULL,
            campaign_id INTEGER NOT NULL,
            goal TEXT NOT NULL,
            conversion_id INTEGER NOT NULL,
            PRIMARY KEY (account_id, key, campaign_id, goal)
        ) STRICT, WITHOUT ROWID;

        -- What is used up, each slot once. rule 0: subject is a lead, slot 0 its one conversion (or the
        -- conversion's number, where every purchase converts), ref the conversion. Any other rule is a
        -- campaign reward: subject is the window of its cap (and, for a cap per lead, the lead), slot the
        -- place below the cap, ref the reward.
        CREATE TABLE claims(
            holder INTEGER NOT NULL,
            rule INTEGER NOT NULL,
            subject INTEGER NOT NULL,
            slot INTEGER NOT NULL,
            ref INTEGER NOT NULL,
            PRIMARY KEY (holder, rule, subject, slot)
        ) STRICT, WITHOUT ROWID;

        -- Its number is its conversion's × 16 + its place among them.
        CREATE TABLE rewards(
            id INTEGER PRIMARY KEY,
            campaign_reward_id INTEGER NOT NULL,
            beneficiary_id INTEGER NOT NULL,
            status TEXT NOT NULL,
            reasons TEXT,
            amount INTEGER,
            unit TEXT,
            text TEXT,
            held_until INTEGER,
            issued_at INTEGER,
            redeemed_at INTEGER,
            updated_at INTEGER
        ) STRICT;
        CREATE INDEX rewards_waiting ON rewards(campaign_reward_id, id)
            WHERE status = 'waiting_stock';
        CREATE INDEX rewards_held ON rewards(held_until) WHERE status = 'pending';

        -- Append-only. What a reward is worth now is its amount plus these.
        CREATE TABLE ledger(
            reward_id INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            reason TEXT NOT NULL,
            event_id INTEGER,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (reward_id, entry)
        ) STRICT, WITHOUT ROWID;

        -- What refunds said of a conversion, in the order they came. Append-only.
        CREATE TABLE reversals(
            conversion_id INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('refund', 'refund_total', 'reinstate')),
            amount INTEGER,
            currency TEXT,
            occurred_at INTEGER NOT NULL,
            event_id INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (conversion_id, entry)
        ) STRICT, WITHOUT ROWID;

        -- The outbox. By webhook first, so that each has its own queue and none needs an index.
        CREATE TABLE deliveries(
            webhook_id INTEGER NOT NULL,
            id INTEGER NOT NULL,
            type TEXT NOT NULL,
            subject INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            status TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt_at INTEGER,
            body BLOB,
            PRIMARY KEY (webhook_id, id)
        ) STRICT, WITHOUT ROWID;
        """

    /// The tables for sending deliveries: their attempts, and the state of each webhook's queue.
    private static let outbox = """
        -- `status` is that of the answer, NULL where there was none; `error` is a short code then, `detail`
        -- says it in words. `latency` is in microseconds.
        CREATE TABLE attempts(
            webhook_id INTEGER NOT NULL,
            delivery_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            latency INTEGER,
            status INTEGER,
            error TEXT,
            detail TEXT,
            answer TEXT,
            PRIMARY KEY (webhook_id, delivery_id, number)
        ) STRICT, WITHOUT ROWID;

        -- Attempts that do not count to the schedule under way: those that a stop of the gateway cut off,
        -- and all before the delivery was sent anew.
        ALTER TABLE deliveries ADD COLUMN uncounted INTEGER NOT NULL DEFAULT 0;

        -- Deliveries that wait for another attempt. The first attempt finds them in the order of the
        -- queue, so that qualifications write nothing here.
        CREATE INDEX deliveries_again ON deliveries(webhook_id, next_attempt_at)
            WHERE attempts > 0 AND next_attempt_at IS NOT NULL;

        -- All deliveries below `head` have had their first attempt, none from `seen` on has. The rest is
        -- the state of the webhook's breaker.
        CREATE TABLE webhook_queues(
            webhook_id INTEGER PRIMARY KEY,
            head INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            failing_since INTEGER,
            opened_at INTEGER,
            rounds INTEGER NOT NULL
        ) STRICT;
        """

    /// `opened_at` is the begin of the wait for a probe, `open_since` the opening of the breaker.
    private static let breakers = """
        ALTER TABLE webhook_queues ADD COLUMN open_since INTEGER;
        """

    /// The tables for operators' work through the API: archived rows, reviews, stored responses.
    private static let operators = """
        ALTER TABLE campaigns ADD COLUMN archived_at INTEGER;
        ALTER TABLE sources ADD COLUMN deleted_at INTEGER;
        ALTER TABLE webhooks ADD COLUMN deleted_at INTEGER;

        -- When a participant was last changed; the row itself stays as short as the main path wants it.
        CREATE TABLE participant_changes(
            participant_id INTEGER PRIMARY KEY,
            changed_at INTEGER NOT NULL
        ) STRICT;

        -- What a person decided of a conversion or a reward, with their note. Append-only.
        CREATE TABLE reviews(
            kind TEXT NOT NULL CHECK (kind IN ('conversion', 'reward')),
            subject INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            action TEXT NOT NULL,
            note TEXT,
            key_id INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (kind, subject, entry)
        ) STRICT, WITHOUT ROWID;

        -- What was answered to requests with an Idempotency-Key. The body is sealed: it may show a secret.
        CREATE TABLE answers(
            account_id INTEGER NOT NULL,
            key TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            status INTEGER NOT NULL,
            body BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (account_id, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX answers_age ON answers(created_at);

        -- Texts that may name somebody who is deleted. Only what failed has one.
        CREATE INDEX deliveries_texts ON deliveries(subject, type) WHERE body IS NOT NULL;
        """
}
