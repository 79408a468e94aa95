/// A row of the requirements, or a contradiction between them, that tests have to show.
///
/// The rows are those of the four products whose work refgate does: S0 Referrals.com, S1 ViralRef, S2 and S3 Referral
/// Factory, S4 ReferralLoop. Advice to integrators has no row here.
struct Requirement: Sendable {
    /// The name, such as `S4-6`, or `C9` for a contradiction.
    let name: String
    /// The requirement in a few words, as Markdown.
    let text: String

    /// `S4` of `S4-6`, `C` of `C9`.
    var group: String { name.hasPrefix("C") ? "C" : String(name.prefix(2)) }

    /// The rows that no test shows yet.
    static let awaited: Set<String> = []

    static let all = table.split(separator: "\n").map { line in
        let parts = line.split(separator: "|", maxSplits: 1)
        return Requirement(name: String(parts[0]), text: String(parts[1]))
    }

    private static let table = """
        S0-1|API v1, Widget API and Webhooks are reported one by one; the value is "Operational"
        S0-2|the header `X-API-Key` authenticates; a key in the query does not count
        S0-3|JSON bodies of POST and PUT
        S0-4|ids in paths are integers
        S0-5|a resource of another account answers 404
        S0-6|a webhook's target is publicly reachable and answers 2xx
        S0-7|an operator makes a key
        S0-8|`POST /api/v1/members/api-key` makes a key
        S0-9|a soft limit of 100 requests a minute for each key
        S0-10|401 with the error "Invalid or missing API key"
        S0-11|keys start with `ref_`
        S0-12|a new key leaves older keys valid
        S0-13|any number of keys, all of them active
        S0-14|most of the API works on the free plan
        S0-15|publishing to the public needs a paid plan
        S0-16|`POST /api/v1/webhooks` registers an address
        S0-17|a webhook of a campaign is sent JSON when a participant signs up
        S0-18|a reward needs the goal `signup` of the campaign
        S0-19|a reward needs a campaign reward
        S0-20|a coupon reward needs an unused coupon
        S0-21|one reward per referrer and campaign
        S0-22|reward kinds; coupons are a pool with used and unused ones
        S0-23|CORS for any origin on each route of `/api/v1`
        S0-24|the preflight by OPTIONS is answered
        S0-25|the Widget API is a surface of its own
        S0-26|"why is my reward not processed" has an answer of four ordered points
        S0-27|accounts, keys, campaigns, participants, rewards, coupons and webhooks are resources
        S1-1|keys and webhooks belong to an organisation
        S1-2|keys by plan
        S1-3|webhooks on all plans
        S1-4|a key has a name
        S1-5|a key is shown once
        S1-6|a key is renamed and changed
        S1-7|a revoked key never comes back
        S1-11|a webhook is an address with several event types
        S1-12|`conversion.created`
        S1-13|`conversion.updated` on approval, rejection and fraud
        S1-14|`affiliate.created`
        S1-15|`affiliate.updated`
        S1-16|`payout.created` for a new batch
        S1-17|each delivery is signed
        S1-18|the secret is shown when the webhook is created
        S1-19|a delivery is an HTTP POST with JSON
        S1-20|a 2xx is expected within 10 seconds
        S1-21|failed deliveries are tried again after growing delays
        S1-22|the history of deliveries can be read
        S1-23|address and event types of a webhook can be changed
        S1-24|a deleted webhook is sent nothing more
        S1-25|conversions and revenue can be read
        S1-26|receivers that keep a CRM, analytics or automations up to date
        S2-1|the customer's backend creates people, links and rewards
        S2-2|participants are created or updated directly
        S2-3|referrals go out, qualifying events come in
        S2-4|the customer's system keeps the customer; refgate keeps referral and reward
        S2-5|the qualifying event is a custom one
        S2-6|notifications go to processing layers, warehouses, CRMs and queues
        S2-7|a custom event qualifies and rewards
        S2-8|the flow in four steps, from enrolment to reward
        S2-9|a lead is qualified only when the rule is met
        S2-10|each step of an event can be read
        S2-11|rules may be unusual
        S2-13|enrolment from existing records, by a form, or both
        S2-14|one qualifying milestone
        S2-15|a campaign names its owner
        S2-16|review before a reward is issued
        S2-17|enrolments, leads, qualification rate and rewards are reported
        S2-18|fields of the sender are mapped
        S2-19|the API covers participants, links and referrals
        S2-20|webhooks act at once, in both directions
        S3-1|inbound and outbound webhooks
        S3-2|webhooks are configured for a campaign
        S3-3|notifications: referrer joins, lead is created, lead is qualified, reward is issued
        S3-4|a webhook's name
        S3-5|a webhook's address
        S3-6|a webhook's method, POST by default
        S3-7|a webhook may have one event
        S3-8|the sources of people for which a webhook is sent
        S3-9|at most three headers
        S3-10|credentials as name and value
        S3-11|the fields that a webhook sends are shown
        S3-12|the recipient in a notification
        S3-13|the campaign in a notification
        S3-14|the referrer in a notification
        S3-15|a saved webhook is listed and sent from then on
        S3-16|the list shows name, address, method, event and source
        S3-17|a webhook is changed
        S3-18|a webhook is deleted for good
        S3-19|the inbound address is shown
        S3-20|setting up in three steps
        S3-21|a POST with the lead's code qualifies the lead
        S3-22|an inbound webhook needs no integration of the API
        S3-23|a person is a referrer or a lead; both have a code and a link
        S4-1|subscribe, receive, process, answer 2xx
        S4-2|`signup.created`
        S4-3|`signup.position_changed`
        S4-4|`signup.deleted`
        S4-5|the envelope `event_type`, `waitlist_id`, `data`, `timestamp`
        S4-6|the data of `signup.created`
        S4-7|the data of `signup.position_changed`
        S4-8|`position_change` is the new position less the old one
        S4-9|the data of `signup.deleted`
        S4-10|`POST /api/v1/webhooks/subscribe`
        S4-11|`Authorization: Bearer pk_live_…`
        S4-12|the answer to subscribe
        S4-13|`DELETE /api/v1/webhooks/unsubscribe/{id}`
        S4-16|`X-Webhook-Signature: sha256=…`
        S4-18|targets are HTTPS
        S4-20|posts are answered within 5 seconds
        S4-21|attempts after 0, 1, 5 and 15 minutes and an hour, then failed
        S4-23|why a webhook is not sent can be seen
        S4-24|duplicates can be recognised by their id
        S4-25|failed attempts can be read and repeated
        S4-26|receiver samples for Express and Flask
        S4-27|codes, UUIDs of signups and `sub_` ids of subscriptions
        S4-28|`/api/v1` on the product's own host, with a reference of the API
        C1|`X-API-Key` or `Authorization: Bearer`
        C2|prefix `ref_` or `pk_live_`
        C3|keys and webhooks by plan
        C4|keys that are read back or shown once
        C5|keys that live for ever or are revoked
        C6|integer ids or UUIDs
        C7|`/webhooks` or `/webhooks/subscribe`
        C8|one event or several for a webhook
        C9|four vocabularies of events
        C10|envelope or chosen fields
        C11|10 or 5 seconds
        C12|schedules of attempts
        C13|signed, announced or unsigned
        C14|POST or a chosen method
        C15|HTTPS or merely reachable
        C16|the event that gives a reward
        C17|one reward per referrer or one per conversion
        C18|2xx whatever happens, or no loss
        C19|the code of the lead or of the referrer
        C20|deletion and history
        C21|duplicates without an id
        C22|CORS with secret keys
        C23|a soft limit or none
        C24|words for states
        C25|waitlists and payouts
        """
}
