import Database
import Declarations
import HTTP
import JSON
import Ledger
import Referrals
import Schemas
import Storage
import Time

// The lookup of participants, and their members in responses.
extension API {
    /// A person of the account who was not deleted.
    func participant(
        _ id: Int64, of account: ID<Account>, _ store: Store
    ) throws -> ParticipantRow {
        let (row, isErased) = (
            try store.participants.find(ID(id)),
            try store.lookup.isErased(ID(id))
        )
        guard let row, row.account == account, !isErased else {
            throw Problem.notFound("participant", id)
        }
        return row
    }

    func find(code text: String, _ call: Call, _ store: Store) throws -> Int64? {
        guard let code = ReferralCode(text) else { return nil }
        return try store.participants.find(code: code.text, account: call.account)?.participant.id
            .number
    }

    /// The people whom a query names, by each of its parameters; nil if it has none.
    func named(
        _ query: Query, _ filter: ParticipantFilter, _ call: Call, _ store: Store
    ) throws -> [Int64]? {
        var found: [Set<Int64>] = []
        if let text = query["referral_code"] {
            found.append(Set(try find(code: text, call, store).map { [$0] } ?? []))
        }
        if let text = query["email"] {
            let canonical = EmailAddress(text)?.canonical ?? text
            let ids = try store.lookup.participants(
                email: canonical, account: call.account)
            found.append(Set(ids.map(\.number)))
        }
        if let text = query["external_id"] {
            found.append(try find(externalID: text, call, store))
        }
        guard var common = found.first else { return nil }
        for ids in found.dropFirst() { common.formIntersection(ids) }
        var kept: [Int64] = []
        for id in common {
            let (row, isErased) = (
                try store.participants.find(ID(id)),
                try store.lookup.isErased(ID(id))
            )
            if let row, !isErased, filter.accepts(row.participant) { kept.append(id) }
        }
        return kept
    }

    private func find(
        externalID text: String, _ call: Call, _ store: Store
    ) throws -> Set<Int64> {
        var ids: Set<Int64> = []
        for campaign in try store.catalog.campaigns() where campaign.account == call.account {
            if let row = try store.participants.find(externalID: text, campaign: campaign.id) {
                ids.insert(row.participant.id.number)
            }
        }
        return ids

    }

    /// The stored members of a person, with which a change is merged.
    func document(of row: ParticipantRow, _ store: Store) throws -> [UInt8] {
        let person = row.participant
        var declaration = ParticipantDeclaration(
            campaign: person.campaign.declared,
            email: person.email.flatMap { EmailAddress($0) }, firstName: row.firstName,
            referralCode: ReferralCode(row.code), source: row.source,
            status: person.isDisabled ? .disabled : .active)
        declaration.payoutDestination = try store.payoutDestinations.find(person.id)
        if let referrer = person.referredBy {
            declaration.referredBy = try store.participants.find(referrer).flatMap {
                ReferralCode($0.code)
            }
        }
        var writer = Writer(reservingCapacity: 256)
        writer.beginObject()
        writer.members(of: declaration.canonicalJSON)
        writer.member("external_id", row.externalID)
        writer.endObject()
        return writer.bytes
    }

    // MARK: Writing

    func answer(
        _ numbers: [Int64], _ page: Page, _ store: Store
    ) throws -> Response {
        try page.response(numbers, number: { $0 }) { number, writer in
            let row = try store.participants.find(ID(number))
            if let row { try write(row, store, to: &writer) }
        }
    }

    func answer(
        _ row: ParticipantRow, _ store: Store, status: Status = .ok
    ) throws -> Response {
        try .json(status) { writer in try write(row, store, to: &writer) }
    }

    /// The schema of a participant.
    static let participantSchema = JSONSchema.named(
        "Participant",
        .object([
            .required("id", .id),
            .required("uid", .uuid),
            .required("campaign", .id),
            .required("external_id", .string.nullable.described("The partner's id.")),
            .required("email", .string.nullable),
            .required("first_name", .string.nullable),
            .required("referral_code", .canonicalCode),
            .required(
                "referral_link",
                .string.nullable.described("The link with the code; null without `link_base`.")),
            .required("referred_by", .canonicalCode.nullable),
            .required("source", .string.nullable),
            .required("customer", .string.nullable),
            .required("payout_destination", .string.nullable),
            .required("status", .choice(ParticipantDeclaration.Status.self)),
            .required("created_at", .instant),
            .required("updated_at", .instant),
        ]))

    private func write(
        _ row: ParticipantRow, _ store: Store, to writer: inout Writer
    ) throws {
        let person = row.participant
        let id = person.id.number
        guard let times = try store.listing.times(ofParticipant: id) else {
            throw Problem.notFound("participant", id)
        }
        let referrer = try person.referredBy.flatMap { id throws(StorageError) in
            try store.participants.find(id)
        }
        writer.beginObject()
        writer.member("id", id)
        let signup = try store.signups.find(person.id)
        let uid = signup?.uid ?? UID(of: "participant", id, created: times.created)
        writer.member("uid", uid.text)
        writer.member("campaign", person.campaign.declared.number)
        writer.member("external_id", row.externalID)
        writer.member("email", person.email)
        writer.member("first_name", row.firstName)
        writer.member("referral_code", row.code)
        writer.member("referral_link", link(of: row))
        writer.member("referred_by", referrer?.code)
        writer.member("source", row.source)
        let customer = try store.customers.customer(of: person.id)
        writer.member("customer", customer)
        writer.member(
            "payout_destination", try store.payoutDestinations.find(person.id))
        writer.member("status", person.isDisabled ? "disabled" : "active")
        writer.member("created_at", times.created.rfc3339)
        writer.member("updated_at", times.updated.rfc3339)
        writer.endObject()
    }

    /// Nil if the campaign has no `link_base`.
    func link(of row: ParticipantRow) -> String? {
        current.declarations.campaigns[row.participant.campaign]?.version.rules.linkBase.map {
            ReferralLink.text(base: $0, code: row.code)
        }
    }
}
