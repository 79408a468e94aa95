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

    func write(
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
