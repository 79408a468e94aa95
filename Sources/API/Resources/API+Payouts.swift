import Currencies
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
import Workspace

// Payouts: batches of issued cash rewards that are paid together.
extension API {
    /// `GET /payouts`, by `campaign` and `status`.
    func payouts(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let status = query["status"]
        let campaign = query.campaign(of: call.account)
        let rows = try store.payouts.list(
            of: call.account, campaign: campaign,
            status: status.flatMap { PayoutRow.Status(rawValue: $0) }, before: page.before,
            limit: page.limit + 1)
        return try page.response(rows, number: { $0.id.number }) { row, writer in
            writer.object { Self.members(of: row, to: &$0) }
        }
    }

    /// `POST /payouts` `{"campaign", "currency", "until"}`: gathers the issued cash rewards of a
    /// currency that were issued before a time.
    func createPayout(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let body = try call.body()
        let request = try PayoutRequest.read(body)
        guard let currency = request.currency, let until = request.until else {
            throw Problem.invalidBody("", "A payout has a currency and a time.")
        }
        let campaign = try check(campaign: request.campaign, of: call.account, store)
        return { [self] processor, now, turn in
            let idempotency = try Idempotency(call, processor.store, loader.box)
            // A repeat continues the payout of an interrupted request.
            if let idempotency,
                let known = try processor.store.payouts.find(
                    key: idempotency.key, account: call.account)
            {
                try idempotency.check(known.fingerprint)
                return try gathering(known.id)(processor, now, turn)
            }
            let id = try processor.store.payouts.create(
                currency, until: until, campaign: campaign, account: call.account,
                key: idempotency?.key, fingerprint: idempotency?.fingerprint, at: now)
            return try gathering(id)(processor, now, turn)
        }
    }

    private func gathering(_ id: ID<PayoutRow>) -> Slice<Response>.Step {
        { [self] processor, now, turn in
            guard try processor.gather(id, now: now, turn: turn) else {
                return .more(gathering(id))
            }
            guard let row = try processor.store.payouts.find(id) else {
                // The payout was removed, and is not there for a repeat either.
                return .done(Problem.nothingToPay.response)
            }
            return .done(
                try .created { writer in writer.object { Self.members(of: row, to: &$0) } })
        }
    }

    /// `GET /payouts/{id}`: with its lines, or as CSV.
    func payout(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let row = try payout(call.number, of: call.account, store)
        let after = try Page.before(query) ?? 0
        guard !call.wantsCSV(query) else {
            return try csv(of: row, after: after, in: query.list, store)
        }
        let limit = Int(query.integer("limit") ?? Self.usualLines)
        let lines = try store.payouts.lines(of: row.id, after: after, limit: limit + 1)
        return try .json { writer in
            writer.beginObject()
            Self.members(of: row, to: &writer)
            try writer.list("lines", lines.prefix(limit)) { line, writer in
                writer.beginObject()
                writer.member("reward", line.reward.number)
                try person("participant", line.participant, store, to: &writer)
                writer.member(
                    "payout_destination", try store.payoutDestinations.find(line.participant))
                writer.member("amount", line.amount)
                writer.member("state", line.state.rawValue)
                writer.endObject()
            }
            writer.member("next", Self.next(after: lines, limit, in: query.list))
            writer.endObject()
        }
    }

    /// `POST /payouts/{id}/paid`: its rewards become redeemed.
    func markPaid(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        ending(call, store, by: .paying, as: .paid)
    }

    /// `POST /payouts/{id}/failed`: its rewards are free for another payout.
    func markFailed(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        ending(call, store, by: .failing, as: .failed)
    }

    private func ending(
        _ call: Call, _ store: Store, by step: PayoutRow.Status, as last: PayoutRow.Status
    ) -> Route.FirstStep {
        return { [self] processor, now, turn in
            let row = try payout(call.number, of: call.account, processor.store)
            // A repeat continues the work of an interrupted request.
            guard
                try row.status == step
                    || processor.store.payouts.set(step, of: row.id, was: .open, at: now)
            else {
                throw Problem.conflict(
                    "invalid_state", "The payout does not allow this change",
                    "It is \(row.status.rawValue); only an open one can be \(last.rawValue).")
            }
            return try ending(row.id)(processor, now, turn)
        }
    }

    private func ending(_ id: ID<PayoutRow>) -> Slice<Response>.Step {
        { [self] processor, now, turn in
            guard try processor.end(id, now: now, turn: turn) else { return .more(ending(id)) }
            guard let row = try processor.store.payouts.find(id) else {
                throw StorageError.contradiction("payout \(id.number) has vanished")
            }
            return .done(try .json { writer in writer.object { Self.members(of: row, to: &$0) } })
        }
    }

    // MARK: Totals

    /// `GET /payouts/totals?year=2026`: what each participant was paid in a year, as CSV.
    func payoutTotals(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        guard let year = query.integer("year") else {
            throw Problem.invalidParameter("year", "a year such as 2026")
        }
        let after = try Page.before(query) ?? 0
        let limit = Self.mostLines
        var rows = try store.payoutTotals.list(
            of: call.account, year: Int(year), after: after, limit: limit + 1)
        // All currencies of a participant are on one page.
        var next: String?
        if rows.count > limit, let last = rows.last {
            rows.removeAll { $0.participant == last.participant }
            next = rows.last.map { Page.cursor(before: $0.participant.number, in: query.list) }
        }
        var csv = CSVWriter()
        Self.header(Self.personColumns + ["currency", "rewards", "amount"], in: &csv)
        for row in rows {
            try append(row.participant, store, to: &csv)
            csv.plain(row.currency.text)
            csv.plain("\(row.rewards)")
            csv.plain("\(row.amount)")
            csv.endRecord()
        }
        return Self.page(csv, next.map { "/api/v1/payouts/totals?year=\(year)&cursor=\($0)" })
    }

    // MARK: Finding and writing

    /// The largest number of rows in one page of CSV; `Link` names the next page.
    private static let mostLines = 10_000

    private func payout(
        _ id: Int64, of account: ID<Account>, _ store: Store
    ) throws -> PayoutRow {
        guard let row = try store.payouts.find(ID(id)), row.account == account else {
            throw Problem.notFound("payout", id)
        }
        return row
    }

    private static let usualLines: Int64 = 100

    /// The parameters of one payout.
    static let payoutParameters: [QueryParameter] = [
        .format,
        .integer("limit", in: 1...1000, "The number of lines; \(usualLines) by default."),
        .cursor,
    ]

    /// The parameters of the totals of a year.
    static let totalParameters: [QueryParameter] = [
        .integer("year", in: 1970...9999, "The year; it is needed."), .cursor,
    ]

    /// The schema of a payout.
    static let payoutSchema = JSONSchema.named(
        "Payout",
        .object([
            .required("id", .id),
            .required("campaign", .id.nullable),
            .required("currency", .currency),
            .required("until", .instant),
            .required("status", .choice(PayoutRow.Status.self)),
            .required("total", .integer.described("The sum in minor units.")),
            .required("rewards", .count),
            .required("created_at", .instant),
            .required("updated_at", .instant),
        ]))

    /// The schema of a payout with its lines.
    static let payoutDetailSchema = JSONSchema.named(
        "PayoutDetail",
        .object(
            payoutSchema.properties + [
                .required(
                    "lines",
                    .array(
                        of: .object([
                            .required("reward", .id),
                            .required("participant", personSchema),
                            .required("payout_destination", .string.nullable),
                            .required("amount", .integer),
                            .required("state", .choice(PayoutLine.State.self)),
                        ]))),
                .required("next", .string.nullable),
            ]))

    private static func members(of row: PayoutRow, to writer: inout JSON.Writer) {
        writer.member("id", row.id.number)
        writer.member("campaign", row.campaign?.declared.number)
        writer.member("currency", row.currency.text)
        writer.member("until", row.until.rfc3339)
        writer.member("status", row.status.rawValue)
        writer.member("total", row.total)
        writer.member("rewards", row.rewards)
        writer.member("created_at", row.createdAt.rfc3339)
        writer.member("updated_at", row.updatedAt.rfc3339)
    }

    private static func next(
        after lines: [PayoutLine], _ limit: Int, in list: String
    ) -> String? {
        guard lines.count > limit, let last = lines.prefix(limit).last else { return nil }
        return Page.cursor(before: last.reward.number, in: list)
    }

    private func csv(
        of row: PayoutRow, after reward: Int64, in list: String, _ store: Store
    ) throws -> Response {
        let lines = try store.payouts.lines(
            of: row.id, after: reward, limit: Self.mostLines + 1)
        var csv = CSVWriter()
        Self.header(
            ["payout", "reward"] + Self.personColumns + ["amount", "currency", "state"], in: &csv)
        for line in lines.prefix(Self.mostLines) {
            csv.plain("\(row.id.number)")
            csv.plain("\(line.reward.number)")
            try append(line.participant, store, to: &csv)
            csv.plain("\(line.amount)")
            csv.plain(row.currency.text)
            csv.plain(line.state.rawValue)
            csv.endRecord()
        }
        let next = Self.next(after: lines, Self.mostLines, in: list)
        return Self.page(
            csv, next.map { "/api/v1/payouts/\(row.id.number)?format=csv&cursor=\($0)" })
    }

    private static let personColumns = [
        "participant", "external_id", "referral_code", "email", "first_name",
        "payout_destination",
    ]

    private func append(
        _ id: ID<Participant>, _ store: Store, to csv: inout CSVWriter
    ) throws {
        let row = try store.participants.find(id)
        csv.plain("\(id.number)")
        if let external = row?.externalID { csv.id(external) } else { csv.empty() }
        let destination = try store.payoutDestinations.find(id)
        for text in [row?.code, row?.participant.email, row?.firstName, destination] {
            if let text { csv.text(text) } else { csv.empty() }
        }
    }

    private static func header(_ names: [String], in csv: inout CSVWriter) {
        for name in names { csv.plain(name) }
        csv.endRecord()
    }

    private static func page(_ csv: CSVWriter, _ next: String?) -> Response {
        var response = Response(status: .ok, contentType: .csv, body: csv.bytes)
        if let next { response.fields.append("link", "<\(next)>; rel=\"next\"") }
        return response
    }
}

extension Problem {
    fileprivate static var nothingToPay: Problem {
        .conflict(
            "nothing_to_pay", "There is nothing to pay",
            "No cash reward of this currency that was issued before `until` waits for a payout.")
    }
}
