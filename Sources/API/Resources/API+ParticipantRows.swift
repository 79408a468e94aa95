import Database
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
import Workspace

// Participants in bulk, as rows of CSV with the columns of a workspace's file, and their history.
extension API {
    /// `POST /participants/import`: all rows or, if one has a mistake, none. All are checked before
    /// the first one is written.
    func importParticipants(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let rows = try declarations(call, store)
        return { [self] processor, now, turn in
            try checking(rows, call)(processor, now, turn)
        }
    }

    /// The rows of the body, each after its referrer.
    private func declarations(
        _ call: Call, _ store: Store
    ) throws -> [EnrolmentOrder.Row] {
        let rows = try call.csv()
        let folder = Folder { _ in BytesInMemory(rows) }
        let known = try known(call, store)
        let workspace = try WorkspaceFile.read(
            Array(#"{"participants": "body"}"#.utf8), folder: folder, known: known)
        var declared: [EnrolmentOrder.Row] = []
        do {
            try workspace.participants.forEach(in: folder) { declaration, place in
                declared.append(.init(declaration: declaration, place: place))
            }
        } catch {
            throw Problem.internalError(cause: "\(error)")
        }
        return EnrolmentOrder.sorted(declared)
    }

    private func checking(_ rows: [EnrolmentOrder.Row], _ call: Call) -> Slice<Response>.Step {
        let earlier = Application.DeclaredCodes()
        return Slice<Response>.each(of: rows[...]) { [self] row, processor, now in
            let application = application(call, processor, now)
            try application.at(row.place) {
                _ = try application.check(row.declaration, after: earlier)
            }

        } then: { [self] _ in
            .more(enrolling(rows, call))
        }
    }

    private func enrolling(_ rows: [EnrolmentOrder.Row], _ call: Call) -> Slice<Response>.Step {
        final class Counting { var tally = Application.Tally() }
        let counting = Counting()
        return Slice<Response>.each(of: rows[...]) { [self] row, processor, now in
            do {
                let application = application(call, processor, now)
                let enrolment = try application.at(row.place) {
                    try application.enrol(row.declaration, at: now)
                }
                counting.tally.count(enrolment.change)
                try notify(of: enrolment, processor, now)
            } catch {
                throw Problem(answering: error).saying(
                    recorded: counting.tally.total, of: rows.count)
            }
        } then: { _ in
            let tally = counting.tally
            return .done(
                try .json { writer in
                    writer.beginObject()
                    writer.member("added", tally.added)
                    writer.member("changed", tally.changed)
                    writer.member("unchanged", tally.unchanged)
                    writer.endObject()
                })
        }
    }

    /// The schema of the result of an import.
    static let importSchema = JSONSchema.named(
        "ImportedParticipants",
        .object([
            .required("added", .count), .required("changed", .count),
            .required("unchanged", .count),
        ]))

    /// The largest number of rows in one page; `Link` names the next page.
    private static let mostExported = 10_000

    /// `GET /participants/export`: the latest first, by `campaign`. Deleted people are included:
    /// other rows name their codes.
    func exportParticipants(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let before = try Page.before(query)
        var filters: [Listing.Filter] = []
        let campaign = query.integer("campaign")
        if let campaign { filters.append(.campaign(campaign)) }
        let numbers = try store.listing.numbers(
            of: .participantsEver, account: call.account, filters, before: before,
            limit: Self.mostExported + 1)
        var csv = CSVWriter()
        csv.append(header: ExportTable.participantColumns)
        try ExportTable.forEach(
            ofParticipants: numbers.prefix(Self.mostExported), in: store
        ) { csv.append($0) }
        var response = Response(status: .ok, contentType: .csv, body: csv.bytes)
        if numbers.count > Self.mostExported, let last = numbers.dropLast().last {
            let narrowed = campaign.map { "campaign=\($0)&" } ?? ""
            let cursor = Page.cursor(before: last)
            response.fields.append(
                "link", "</api/v1/participants/export?\(narrowed)cursor=\(cursor)>; rel=\"next\"")
        }
        return response
    }

    /// The stored rows that the rows of the body may name.
    private func known(_ call: Call, _ store: Store) throws -> Known {
        let campaigns = try store.catalog.campaigns()
        let documents = Dictionary(
            campaigns.filter { $0.account == call.account }
                .map { ($0.id, Array($0.document.utf8)) },
            uniquingKeysWith: { $1 })
        let codes = Codes(store: store, account: call.account)
        return Known(
            campaign: { documents[$0] }, campaignOfCode: { codes.campaign(of: $0) })
    }

    // Sendable because the closure that holds it is called only on the thread, and before the
    // return, of the call that made it.
    private struct Codes: @unchecked Sendable {
        let store: Store
        let account: ID<Account>

        func campaign(of code: ReferralCode) -> ID<Campaign>? {
            try? store.participants.find(code: code.text, account: account)?.participant.campaign
        }
    }
}

extension Problem {
    /// The problem if other requests changed the participants after all rows had been checked.
    fileprivate func saying(recorded: Int, of count: Int) -> Problem {
        guard recorded > 0 else { return self }
        var problem = self
        problem.detail +=
            " The conflict arose after all rows had been checked. Up to \(recorded) of the \(count) rows are stored;"
            + " correct the row and send all of them again."
        return problem
    }
}
