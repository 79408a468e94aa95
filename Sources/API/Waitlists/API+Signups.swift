import Database
import Declarations
import HTTP
import JSON
import Ledger
import Programmes
import Reading
import Referrals
import Schemas
import Storage
import Time

extension API {
    /// The usual and the largest number of signups in a list.
    private static let (usualSignups, mostSignups): (Int64, Int64) = (100, 1_000)

    static let signupFilters: [QueryParameter] = [
        .text(
            "waitlist_id", "The UUID of the waitlist; it is needed.",
            example: "3f1c9d2e-8a4b-4c6d-9e7f-0a1b2c3d4e5f"),
        .choice("status", of: SignupStatus.self, "The status of the signups."),
        .integer(
            "limit", in: 1...mostSignups, "The number of signups; \(usualSignups) by default."),
        .integer("offset", in: 0...1_000_000_000, "The number of signups to pass over."),
    ]

    /// The schema of a signup.
    static let signupSchema = JSONSchema.named(
        "Signup",
        .object([
            .required("id", .uuid),
            .required("waitlist_id", .uuid),
            .required("email", .string.nullable),
            .required("name", .string.nullable),
            .required("position", .integer.nullable.described("The position while it waits.")),
            .required("referral_code", .string),
            .required("referral_url", .string.nullable),
            .required("referral_count", .count),
            .required("status", .choice(SignupStatus.self)),
            .required("metadata", .map(of: .anything).nullable),
            .required("created_at", .instant),
        ]))

    /// The schema of a list of signups.
    static let signupListSchema = JSONSchema.named(
        "SignupList",
        .object([
            .required("data", .array(of: signupSchema)), .required("total", .count),
            .required("limit", .count), .required("offset", .count),
        ]))

    /// `GET /signups?waitlist_id=`: in the order of positions, then the approved and the rejected
    /// ones.
    func signups(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let list = try waitlist(of: query, call, store)
        let limit = Int(query.integer("limit") ?? Self.usualSignups)
        let offset = Int(query.integer("offset") ?? 0)
        let statuses = SignupStatus.allCases
        let status = query["status"].flatMap { SignupStatus(rawValue: $0) }
        let rows = try store.signups.page(of: list.id, status, offset: offset, limit: limit)
        var total = 0
        for one in statuses where status == nil || status == one {
            total += try store.signups.count(of: list.id, one)
        }
        return try .json { writer in
            try writer.object { writer throws in
                try writer.list("data", Array(rows.enumerated())) { row, writer throws in
                    // The waiting ones come first, so that a place in the list is a position.
                    let position = row.element.status == .waiting ? offset + row.offset + 1 : nil
                    try write(row.element, position: position, list, store, to: &writer)
                }
                writer.member("total", total)
                writer.member("limit", limit)
                writer.member("offset", offset)
            }
        }
    }

    private func waitlist(
        of query: Query, _ call: Call, _ store: Store
    ) throws -> Catalog.CampaignRow {
        guard let text = query["waitlist_id"] else {
            throw Problem(
                .badRequest, "missing_parameter", "A query parameter is missing",
                detail: "Name the waitlist by waitlist_id; GET /api/v1/waitlists lists them.")
        }
        guard let uid = UID(text) else {
            throw Problem.invalidParameter("waitlist_id", "the UUID of a waitlist")
        }
        return try waitlist(uid, call, store)
    }

    func signup(_ call: Call, _ store: Store) throws -> Response {
        try answer(try signup(of: call, store), call, store)
    }

    /// `POST /signups`: adds a person to a waitlist. A person whose address is on the list already
    /// is 409, with their signup.
    func createSignup(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let store = processor.store
        let body = try call.body()
        let request = try SignupRequest.read(body)
        let list = try waitlist(of: request, call, store)
        guard !processor.declarations.unusableCampaigns.contains(list.id) else {
            throw StorageError.unusable(list.id.nameAmongAccounts)
        }
        try checkIsNew(request, to: list, call, store)
        var declaration = ParticipantDeclaration(campaign: list.id.declared)
        declaration.email = request.email
        declaration.firstName = request.name
        declaration.referredBy = request.referredBy
        _ = try referrer(of: declaration, call, store)
        try checkIsOpen(list.id, processor, now)
        let application = application(call, processor, now)
        application.metadata = request.metadata
        let enrolment = try application.enrol(declaration, at: now)
        try notify(of: enrolment, processor, now)
        try processSignUp(of: enrolment, declaration, call, processor, now)
        guard let row = try store.signups.find(enrolment.id) else {
            throw StorageError.contradiction("a person was enrolled without a signup")
        }
        return try answer(row, call, store, status: .created)
    }

    /// The waitlist that a body names.
    private func waitlist(
        of request: SignupRequest, _ call: Call, _ store: Store
    ) throws -> Catalog.CampaignRow {
        switch request.waitlist {
        case .uid(let uid):
            guard let row = try? waitlist(uid, call, store) else {
                throw Problem.invalidBody("/waitlist_id", "There is no waitlist \(uid.text).")
            }
            return row
        case .campaign(let number):
            guard let row = try? campaign(number.number, of: call.account, store) else {
                throw Problem.invalidBody("/campaign_id", "There is no campaign \(number.number).")
            }
            guard try store.signups.isWaitlist(row.id) else {
                throw Problem.invalidBody(
                    "/campaign_id",
                    "Campaign \(number.number) is not of the kind waitlist. Enrol its participants with"
                        + " POST /api/v1/participants.")
            }
            return row
        case nil: throw Problem.invalidBody("/waitlist_id", "It must name a waitlist.")
        }
    }

    private func checkIsNew(
        _ request: SignupRequest, to list: Catalog.CampaignRow, _ call: Call, _ store: Store
    ) throws {
        guard let email = request.email else {
            throw Problem.invalidBody("/email", "It must be an e-mail address.")
        }
        let known = try store.participants.find(
            customer: nil, email: email.canonical, campaign: list.id, account: call.account)
        guard let known, let row = try store.signups.reach(known.participant.id, of: list.id)
        else { return }
        var writer = Writer(reservingCapacity: 512)
        try write(
            row, position: try store.signups.position(of: row), list, store, to: &writer)
        var problem = Problem.conflict(
            "already_signed_up", "Already signed up",
            "The address is on the waitlist already; `signup` is its signup.")
        problem.faults = [
            Problem.InvalidValue(pointer: "/email", detail: "It is on the waitlist already.")
        ]
        problem.members = [("signup", .json(writer.bytes))]
        throw problem
    }

    /// `PATCH /signups/{uuid}` `{"status"}`.
    func changeSignup(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try signup(of: call, processor.store)
        let body = try call.body()
        let request = try SignupStatusRequest.read(body)
        let changed = try processor.store.signups.set(request.status, of: row.participant)
        return try answer(changed ?? row, call, processor.store)
    }

    /// Deletes a signup with its person, as `DELETE /participants/{id}` does.
    func deleteSignup(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try signup(of: call, processor.store)
        try processor.store.erase(row.participant, at: now)
        return .nothing
    }

    // MARK: Finding and writing

    /// The signup that the path names, of the account.
    private func signup(of call: Call, _ store: Store) throws -> SignupRow {
        let uid = try uid(call.text, of: "signup")
        guard let row = try store.signups.find(uid),
            try store.catalog.campaign(row.campaign)?.account == call.account
        else { throw Problem.notFound("signup", uid.text) }
        return row
    }

    private func answer(
        _ row: SignupRow, _ call: Call, _ store: Store, status: Status = .ok
    ) throws -> Response {
        guard let list = try store.catalog.campaign(row.campaign) else {
            throw StorageError.contradiction("a signup without a waitlist")
        }
        let position = try store.signups.position(of: row)
        return try .json(status) { writer in
            try write(row, position: position, list, store, to: &writer)
        }
    }

    func write(
        _ row: SignupRow, position: Int?, _ list: Catalog.CampaignRow, _ store: Store,
        to writer: inout Writer
    ) throws {
        guard let person = try store.participants.find(row.participant) else {
            throw StorageError.contradiction("a signup without a participant")
        }
        writer.beginObject()
        writer.member("id", row.uid.text)
        writer.member("waitlist_id", list.shownUID.text)
        writer.member("email", person.participant.email)
        writer.member("name", person.firstName)
        writer.member("position", position)
        writer.member("referral_code", person.code)
        writer.member("referral_url", link(of: person))
        writer.member("referral_count", row.referralCount)
        writer.member("status", row.status.rawValue)
        writer.key("metadata")
        if let metadata = row.metadata { writer.raw(metadata.utf8) } else { writer.null() }
        writer.member("created_at", row.joinedAt.rfc3339)
        writer.endObject()
    }
}
