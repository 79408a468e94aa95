import Database
import Declarations
import HTTP
import Inbound
import JSON
import Ledger
import Programmes
import Reading
import Referrals
import Schemas
import Storage
import Time
import Transport

// The Widget API: what a page in a browser may do with a publishable key.
extension API {
    /// `GET /widget/campaigns/{id}`: a public campaign, as visitors see it.
    func widgetCampaign(_ call: Call, _ store: Store) throws -> Response {
        let campaign = try publicCampaign(call.number, call, store)
        return try .json { writer in
            writer.object { writer in
                writer.member("id", call.number)
                writer.member("name", campaign.version.rules.name)
                writer.member("kind", campaign.version.rules.kind.rawValue)
                writer.member("accepts_signups", accepts(campaign, clock.now()))
            }
        }
    }

    /// The schema of a public campaign.
    static let widgetCampaignSchema = JSONSchema.named(
        "WidgetCampaign",
        .object([
            .required("id", .id), .required("name", .string),
            .required("kind", .choice(Campaign.Kind.self)),
            .required(
                "accepts_signups", .boolean.described("True if the campaign is active now.")),
        ]))

    /// `POST /widget/signups`: enrols a person in a public campaign. The answer has a token by which
    /// the browser reads the person's own data later. An address that is enrolled already is 409
    /// and says nothing about the person: anyone can send any address.
    func widgetSignUp(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try checkVisitorRate(call, now)
        let store = processor.store
        let request = try SignupRequest.read(try call.body())
        let campaign = try campaign(of: request, call, store)
        guard accepts(campaign, now) else {
            throw Problem.conflict(
                ReasonCode.campaignNotActive.text, "The campaign accepts no sign-ups",
                "It is not active, or the time lies outside its dates.")
        }
        let id = campaign.version.id
        let known = try store.participants.find(
            customer: nil, email: request.email?.canonical, campaign: id, account: call.account)
        guard known == nil else {
            throw Problem.conflict(
                "already_signed_up", "The address is signed up already",
                "The person finds their code in the browser in which they signed up, or asks you.")
        }
        var declaration = ParticipantDeclaration(campaign: id.declared)
        declaration.email = request.email
        declaration.firstName = request.name
        declaration.referredBy = request.referredBy
        declaration.source = Self.widgetSource
        _ = try referrer(of: declaration, call, store)
        let application = application(call, processor, now)
        application.metadata = request.metadata
        let enrolment = try application.enrol(declaration, at: now)
        try notify(of: enrolment, processor, now)
        try processSignUp(of: enrolment, declaration, call, processor, now)
        let row = try participant(enrolment.id.number, of: call.account, store)
        let token = try ParticipantToken.make(enrolment.id, with: loader.box)
        return try .created { writer in
            try write(row, call, store, token: token, to: &writer)
        }
    }

    /// `GET /widget/participant`: the data of the participant whose token the request has.
    func widgetParticipant(_ call: Call, _ store: Store) throws -> Response {
        let token = call.request.fields.first(ParticipantToken.field)
            .map { String(decoding: $0, as: UTF8.self) }
        guard let token, let id = ParticipantToken.read(token, with: loader.box),
            let row = try store.participants.find(id), row.account == call.account,
            try !store.lookup.isErased(id)
        else {
            throw Problem(
                .notFound, "unknown_participant", "The token names no participant",
                detail: "Send the participant_token of a sign-up in X-Participant-Token.")
        }
        return try .json { writer in try write(row, call, store, token: nil, to: &writer) }
    }

    /// `POST /participants/{id}/widget-token`: a token for a person who signed up elsewhere, such as
    /// in the customer's own application.
    func makeParticipantToken(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try participant(call.number, of: call.account, processor.store)
        let token = try ParticipantToken.make(row.participant.id, with: loader.box)
        return try .json { writer in
            writer.object { $0.member("participant_token", token) }
        }
    }

    /// The schema of a token.
    static let participantTokenSchema = JSONSchema.named(
        "ParticipantToken", .object([.required("participant_token", .string)]))

    /// The user source of people who signed up through the widget.
    private static let widgetSource = "widget"

    // MARK: Campaigns

    private func publicCampaign(
        _ number: Int64, _ call: Call, _ store: Store
    ) throws -> CampaignSettings {
        let row = try campaign(number, of: call.account, store)
        guard let settings = try current.declarations.campaign(row.id),
            settings.version.rules.publish == .public
        else { throw Problem.notFound("campaign", number) }
        return settings
    }

    private func campaign(
        of request: SignupRequest, _ call: Call, _ store: Store
    ) throws -> CampaignSettings {
        switch request.waitlist {
        case .campaign(let number):
            guard let found = try? publicCampaign(number.number, call, store) else {
                throw Problem.invalidBody(
                    "/campaign_id", "There is no public campaign \(number.number).")
            }
            return found
        case .uid(let uid):
            guard let row = try? waitlist(uid, call, store),
                let found = try? publicCampaign(row.id.declared.number, call, store)
            else {
                throw Problem.invalidBody(
                    "/waitlist_id", "There is no public waitlist \(uid.text).")
            }
            return found
        case nil: throw Problem.invalidBody("/campaign_id", "It must name a campaign.")
        }
    }

    private func accepts(_ campaign: CampaignSettings, _ now: Instant) -> Bool {
        let rules = campaign.version.rules
        return rules.status == .active && rules.startsAt.map { $0 <= now } ?? true
            && rules.endsAt.map { now < $0 } ?? true
    }

    private func checkVisitorRate(_ call: Call, _ now: Instant) throws {
        let client = ForwardedFor.client(of: call.request, trusting: proxies)
        guard let standing = signUpRates?.take(ClientAddress(client), at: now),
            !standing.isWithin
        else { return }
        throw Problem.tooManyRequests(
            "One address may sign up \(standing.limit) people a minute.", standing)
    }

    // MARK: Writing

    /// The schema of a participant as they see themself.
    static let widgetParticipantSchema = JSONSchema.named(
        "WidgetParticipant", .object(widgetParticipantMembers))

    /// The schema of a participant who has just signed up.
    static let widgetSignUpSchema = JSONSchema.named(
        "WidgetSignup",
        .object(
            widgetParticipantMembers + [
                .required(
                    "participant_token",
                    .string.described("The token by which this browser reads the person's data."))
            ]))

    private static let widgetParticipantMembers: [JSONSchema.Property] = [
        .required("campaign", .id), .required("email", .string.nullable),
        .required("name", .string.nullable), .required("referral_code", .string),
        .required("referral_url", .string.nullable),
        .required(
            "share_url", .string.nullable.described("The gateway's own link, which counts visits.")),
        .required("visits", .count), .required("conversions", .count),
        .required("status", .choice(SignupStatus.self).nullable),
        .required("position", .integer.nullable.described("The position on a waitlist.")),
        .required("referral_count", .count.nullable),
        .required(
            "rewards",
            .array(
                of: .object([
                    .required("id", .id), .required("kind", .string.nullable),
                    .required("status", .choice(RewardStatus.self)),
                    .required("value", .anything), .required("coupon_code", .string.nullable),
                    .required("issued_at", .instant.nullable),
                ]))),
    ]

    /// The largest number of rewards and of conversions that are shown.
    private static let (mostRewards, mostConversions) = (100, 10_000)

    private func write(
        _ row: ParticipantRow, _ call: Call, _ store: Store, token: String?,
        to writer: inout Writer
    ) throws {
        let person = row.participant
        let signup = try store.signups.find(person.id)
        writer.beginObject()
        writer.member("campaign", person.campaign.declared.number)
        writer.member("email", person.email)
        writer.member("name", row.firstName)
        writer.member("referral_code", row.code)
        let link = link(of: row)
        writer.member("referral_url", link)
        writer.member("share_url", link.map { _ in shareURL(of: row, call.request) })
        writer.member("visits", try store.visits.count(of: person.id))
        writer.member(
            "conversions",
            try store.conversions.count(ofReferrer: person.id, atMost: Self.mostConversions))
        writer.member("status", signup?.status.rawValue)
        writer.member("position", try signup.flatMap { try store.signups.position(of: $0) })
        writer.member("referral_count", signup?.referralCount)
        let rewards = try store.search.page(
            RowSearch.Query(
                .rewards, of: row.account, [.beneficiary(person.id.number)],
                limit: Self.mostRewards))
        try writer.list("rewards", rewards.numbers) { number, writer throws in
            guard let reward = try store.rewards.find(ID(number)) else { return }
            try write(reward, store, to: &writer)
        }
        if let token { writer.member("participant_token", token) }
        writer.endObject()
    }

    private func write(_ row: RewardRow, _ store: Store, to writer: inout Writer) throws {
        let rule = try current.declarations.rule(
            of: row, store, earlier: loader.versions.earlierRules(store))
        let isGiven = row.status == .issued || row.status == .redeemed
        let coupon = isGiven ? try store.coupons.find(ofReward: row.id)?.code : nil
        writer.object { writer in
            writer.member("id", row.id.number)
            writer.member("kind", rule?.kind.rawValue)
            writer.member("status", row.status.rawValue)
            writer.member("value", row.value)
            writer.member("coupon_code", coupon)
            writer.member("issued_at", row.issuedAt?.rfc3339)
        }
    }

    private func shareURL(of row: ParticipantRow, _ request: Request) -> String {
        let side = row.account == .first ? "" : "\(row.account.number)/"
        return publicAddress.url("/r/\(side)\(row.code)", askedBy: request)
    }
}
