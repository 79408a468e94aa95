import Currencies
import Database
import Declarations
import HTTP
import Insight
import JSON
import Ledger
import Reading
import Referrals
import Schemas
import Storage
import Time

extension API {
    /// The parameters by which conversions are found.
    static let conversionFilters: [QueryParameter] =
        [
            campaignFilter,
            .choice("status", of: ConversionStatus.self, "The status of the conversions."),
            .number("lead", "The number of the lead."),
            .number("referrer", "The number of the referrer."),
        ] + QueryParameter.names("conversions") + [.goal, .reason, .source]
        + QueryParameter.times("created_at")

    /// `GET /conversions`.
    func conversions(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let filters =
            query.campaign(call) + query.status()
            + query.number("lead") { .lead($0) } + query.number("referrer") { .referrer($0) }
            + query.names + query.reason
        let found = try page.search(
            .conversions, filters + source(query, call), TimeRange(query), call, store,
            where: goal(query, store))
        return try page.response(found.numbers, next: found.next) { number, writer in
            let row = try conversion(number, of: call.account, store)
            writer.beginObject()
            try members(of: row, store, to: &writer)
            writer.endObject()
        }
    }

    /// `GET /conversions/{id}`: with its rewards, its refunds, its reviews, and the trace.
    func conversion(_ call: Call, _ store: Store) throws -> Response {
        let row = try conversion(call.number, of: call.account, store)
        let trace = try explanation(of: .event(row.id.number), store, call.account)
        return try .json { writer in
            writer.beginObject()
            try members(of: row, store, to: &writer)
            try writeDetails(of: row, store, to: &writer)
            writer.member("trace", raw: trace)
            writer.endObject()
        }
    }

    func approveConversion(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try decide(.approve, "approve", remark(call), call, processor, now)
    }

    func rejectConversion(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try decide(.reject, "reject", remark(call), call, processor, now)
    }

    func markFraud(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try decide(.fraud, "fraud", remark(call), call, processor, now)
    }

    /// `POST /conversions/{id}/reverse` `{"amount", "note"}`: without an amount, all of it.
    func reverseConversion(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let body = try call.body()
        let request = try ReverseRequest.read(body)
        let row = try conversion(call.number, of: call.account, processor.store)
        if let amount = request.amount, amount > row.amount ?? 0 {
            throw Problem.invalidBody(
                "/amount",
                row.amount.map { "The conversion has the amount \($0); no more can be taken back." }
                    ?? "The conversion has no amount; leave it out to take all of it back.")
        }
        return try decide(
            .reverse(amount: request.amount), "reverse", request.note, call, processor, now)
    }

    // MARK: Deciding

    /// The note that a person adds to their decision.
    func remark(_ call: Call) throws -> String? {
        let body = try call.body()
        return try Remark.read(body).note
    }

    private func decide(
        _ step: ConversionStep, _ action: String, _ note: String?, _ call: Call,
        _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try conversion(call.number, of: call.account, processor.store)
        try review(.conversion, row.id.number, action, note, call, processor, now) {
            try processor.decide(step, on: row.id, now: now)
        }
        let changed = try conversion(call.number, of: call.account, processor.store)
        return try .json { writer in
            writer.beginObject()
            try members(of: changed, processor.store, to: &writer)
            try writeDetails(of: changed, processor.store, to: &writer)
            writer.endObject()
        }
    }

    /// Makes an operator's decision on a conversion or a reward, and records it.
    ///
    /// - Throws: a conflict if the present state does not allow the decision.
    func review(
        _ kind: OperatorRecords.Reviewed, _ subject: Int64, _ action: String, _ note: String?,
        _ call: Call, _ processor: EventProcessor, _ now: Instant,
        decide: () throws -> StepResult
    ) throws {
        if case .refused(let words) = try decide() {
            throw Problem.conflict(
                "invalid_state", "The \(kind.rawValue) does not allow this change", words)
        }
        try processor.store.records.append(
            OperatorRecords.Review(action: action, note: note, key: call.key.id, at: now),
            of: kind, subject)
    }

    // MARK: Finding and writing

    func conversion(
        _ id: Int64, of account: ID<Account>, _ store: Store
    ) throws -> ConversionRow {
        let row = try store.conversions.find(ID(id))
        guard let row, current.declarations.campaigns[row.campaign]?.account == account else {
            throw Problem.notFound("conversion", id)
        }
        return row
    }

    /// The schema of a conversion in a list.
    static let conversionSchema = JSONSchema.named(
        "Conversion",
        .object([
            .required("id", .id),
            .required("campaign", .id),
            .required("event", .id.described("The event that made the conversion.")),
            .required("status", .choice(ConversionStatus.self)),
            .required("lead", personSchema),
            .required("referrer", personSchema),
            .required("customer", .string.nullable),
            .required("amount", .integer.nullable.described("The amount in minor units.")),
            .required("currency", .currency.nullable),
            .required("paid", .integer.nullable.described("The gross amount that was paid.")),
            .required("remaining", .integer.nullable.described("The amount less refunds.")),
            .required("occurred_at", .instant),
            .required("created_at", .instant),
            .required("updated_at", .instant),
        ]))

    /// The schema of a conversion with its rewards, refunds and reviews.
    static let conversionDetailSchema = JSONSchema.named(
        "ConversionDetail", .object(conversionSchema.properties + conversionDetails))

    /// The schema of a conversion with the trace of its event.
    static let tracedConversionSchema = JSONSchema.named(
        "TracedConversion",
        .object(
            conversionDetailSchema.properties + [.required("trace", Explanation.schema)]))

    private static let conversionDetails: [JSONSchema.Property] = [
        .required("rewards", .array(of: rewardSchema)),
        .required(
            "reversals",
            .array(
                of: .object([
                    .required("kind", .choice(Reversal.Kind.self)),
                    .required("amount", .integer.nullable),
                    .required("currency", .currency.nullable),
                    .required("occurred_at", .instant),
                ]))),
        .required("reviews", reviewsSchema),
    ]

    /// The schema of a person that another resource names.
    static let personSchema = JSONSchema.named(
        "Person",
        .object([
            .required("id", .id),
            .required("referral_code", .string.nullable),
            .required("first_name", .string.nullable),
        ]))

    /// The schema of the decisions of reviewers.
    static let reviewsSchema = JSONSchema.array(
        of: .object([
            .required("action", .string),
            .required("note", .string.nullable),
            .required("key", .id.nullable),
            .required("at", .instant),
        ]))

    private func members(
        of row: ConversionRow, _ store: Store, to writer: inout Writer
    ) throws {
        let id = row.id.number
        guard let times = try store.listing.times(ofConversion: id) else {
            throw Problem.notFound("conversion", id)
        }
        let reversals = try store.conversions.reversals(of: row.id)
        let payment = row.payment
        writer.member("id", id)
        writer.member("campaign", row.campaign.declared.number)
        writer.member("event", id)
        writer.member("status", row.status.rawValue)
        try person("lead", row.lead, store, to: &writer)
        try person("referrer", row.referrer, store, to: &writer)
        writer.member("customer", row.customer)
        writer.member("amount", row.amount)
        writer.member("currency", row.currency?.text)
        writer.member("paid", payment.paid)
        writer.member("remaining", payment.amount(leaving: payment.remaining(after: reversals)))
        writer.member("occurred_at", row.occurredAt.rfc3339)
        writer.member("created_at", times.created.rfc3339)
        writer.member("updated_at", times.updated.rfc3339)
    }

    func person(
        _ name: String, _ id: ID<Participant>, _ store: Store, to writer: inout Writer
    ) throws {
        let row = try store.participants.find(id)
        writer.key(name)
        writer.beginObject()
        writer.member("id", id.number)
        writer.member("referral_code", row?.code)
        writer.member("first_name", row?.firstName)
        writer.endObject()
    }

    private func writeDetails(
        of row: ConversionRow, _ store: Store, to writer: inout Writer
    ) throws {
        let (rewards, reversals, reviews) = (
            try store.rewards.of(row.id), try store.conversions.reversals(of: row.id),
            try store.records.reviews(of: .conversion, row.id.number)
        )
        try writer.list("rewards", rewards) { reward, writer in
            try writer.object { writer in
                try members(of: reward, store, to: &writer)
            }
        }
        writer.list("reversals", reversals) { reversal, writer in
            writer.object { writer in
                writer.member("kind", reversal.kind.rawValue)
                writer.member("amount", reversal.amount)
                writer.member("currency", reversal.currency?.text)
                writer.member("occurred_at", reversal.occurredAt.rfc3339)
            }
        }
        Self.write(reviews, to: &writer)
    }

    static func write(_ reviews: [OperatorRecords.Review], to writer: inout Writer) {
        writer.list("reviews", reviews) { review, writer in
            writer.object { writer in
                writer.member("action", review.action)
                writer.member("note", review.note)
                writer.member("key", review.key.number)
                writer.member("at", review.at.rfc3339)
            }
        }
    }
}
