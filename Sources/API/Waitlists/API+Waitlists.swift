import Database
import Declarations
import HTTP
import JSON
import Ledger
import Reading
import Referrals
import Schemas
import Storage
import Time

// Waitlists: campaigns of that kind, named by UUID.
extension API {
    func waitlists(_ call: Call, _ store: Store) throws -> Response {
        let page = try Page(try call.query())
        let numbers = try page.numbers(
            of: .campaigns, [.notArchived, .waitlist], call.account, store)
        return try page.response(numbers, number: { $0 }) { number, writer in
            let row = try store.catalog.campaign(ID(number))
            if let row { try write(row, store, to: &writer) }
        }
    }

    func waitlist(_ call: Call, _ store: Store) throws -> Response {
        let row = try waitlist(try uid(call.text, of: "waitlist"), call, store)
        return try .json { writer in try write(row, store, to: &writer) }
    }

    /// `POST /waitlists/{uuid}/admit` `{"count"}`: the first `count` waiting signups become
    /// approved.
    func admit(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let row = try waitlist(try uid(call.text, of: "waitlist"), call, store)
        let body = try call.body()
        let request = try AdmissionRequest.read(body)
        return { [self] processor, now, turn in
            try admitting([], of: request.count, to: row)(processor, now, turn)
        }
    }

    private func admitting(
        _ admitted: [ID<Participant>], of count: Int, to list: Catalog.CampaignRow
    ) -> Slice<Response>.Step {
        { [self] processor, _, turn in
            let signups = processor.store.signups
            var admitted = admitted
            let next = try signups.page(
                of: list.id, .waiting, offset: 0, limit: count - admitted.count)
            for row in next {
                _ = try signups.set(.approved, of: row.participant)
                admitted.append(row.participant)
                if turn.isOver, admitted.count < count {
                    return .more(admitting(admitted, of: count, to: list))
                }
            }
            return .done(try answer(admitted: admitted, to: list, processor.store))
        }
    }

    private func answer(
        admitted: [ID<Participant>], to list: Catalog.CampaignRow, _ store: Store
    ) throws -> Response {
        let waiting = try store.signups.count(of: list.id, .waiting)
        return try .json { writer in
            try writer.object { writer throws in
                writer.member("admitted", admitted.count)
                writer.member("waiting", waiting)
                try writer.list("data", admitted) { id, writer throws in
                    guard let row = try store.signups.find(id) else { return }
                    try write(row, position: nil, list, store, to: &writer)
                }
            }
        }
    }

    // MARK: Finding and writing

    /// The UUID in a path. Throws 400 for any other text.
    func uid(_ text: String, of what: String) throws -> UID {
        guard let uid = UID(text) else {
            throw Problem(
                .badRequest, "invalid_id", "Ids of \(what)s are UUIDs",
                detail:
                    "The path has \(text.prefix(64).debugDescription) in place of a UUID such as"
                    + " \"3f1c9d2e-8a4b-4c6d-9e7f-0a1b2c3d4e5f\".")
        }
        return uid
    }

    /// A waitlist of the account.
    func waitlist(
        _ uid: UID, _ call: Call, _ store: Store
    ) throws -> Catalog.CampaignRow {
        guard let row = try store.catalog.campaign(uid), row.account == call.account,
            try store.signups.isWaitlist(row.id)
        else { throw Problem.notFound("waitlist", uid.text) }
        return row
    }

    /// The schema of a waitlist.
    static let waitlistSchema = JSONSchema.named(
        "Waitlist",
        .object(
            [
                .required("uid", .uuid),
                .required("id", .id),
                .required("name", .string),
                .required("status", .choice(Campaign.Status.self)),
                .required("publish", .choice(Campaign.Visibility.self)),
                .required("signups", .count),
            ] + SignupStatus.allCases.map { .required($0.rawValue, .count) } + [
                .required("created_at", .instant), .required("updated_at", .instant),
            ]))

    /// The schema of the result of an admission.
    static let admissionSchema = JSONSchema.named(
        "Admission",
        .object([
            .required("admitted", .count), .required("waiting", .count),
            .required("data", .array(of: signupSchema)),
        ]))

    private func write(
        _ row: Catalog.CampaignRow, _ store: Store, to writer: inout Writer
    ) throws {
        let rules = try declaration(of: row).rules
        guard let times = try store.listing.times(ofCampaign: row.id.number) else {
            throw Problem.notFound("waitlist", row.id.number)
        }
        var counts: [(name: String, count: Int)] = []
        for status in SignupStatus.allCases {
            counts.append((status.rawValue, try store.signups.count(of: row.id, status)))
        }
        writer.beginObject()
        writer.member("uid", row.shownUID.text)
        writer.member("id", row.id.declared.number)
        writer.member("name", rules.name)
        writer.member("status", rules.status.rawValue)
        writer.member("publish", rules.publish.rawValue)
        writer.member("signups", counts.reduce(0) { $0 + $1.count })
        for (name, count) in counts { writer.member(name, count) }
        writer.member("created_at", times.created.rfc3339)
        writer.member("updated_at", times.updated.rfc3339)
        writer.endObject()
    }
}
