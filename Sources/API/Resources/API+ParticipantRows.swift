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
import Workspace

// Participants in bulk, as rows of CSV with the columns of a workspace's file, and their history.
extension API {
    /// `POST /participants/import`: all rows or, if one has a mistake, none. All are checked before
    /// the first one is written.
    func importParticipants(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let rows = try BulkRows(
            ReadRows(participants: call.csv(), known: try known(call, store)), call)
        let sorted = SortedRows(rows.takeRows())
        return { [self] processor, now, turn in
            let application = application(call, processor, now)
            let step = checking(rows, sorted, application)
            return try step(processor, now, turn)
        }
    }

    private func checking(
        _ rows: BulkRows<ParticipantDeclaration>, _ sorted: SortedRows, _ application: Application
    ) -> Slice<Response>.Step {
        let earlier = Application.DeclaredCodes(among: sorted.referrers)
        return Slice<Response>.repeating { _, _ in
            guard let row = sorted.next() else { return false }
            do {
                try application.at(row.place) {
                    _ = try application.check(row.declaration, after: earlier)
                }
            } catch let failure as Application.Failure {
                earlier.remove(row.declaration)
                rows.refuse(line: row.line, for: Problem(failure))
            }
            return true
        } then: { [self] _ in
            do { try rows.endCheck() } catch {
                return .more(
                    Slice<Response>.repeating { _, _ in
                        sorted.take() != nil
                    } then: { _ in
                        throw error
                    })
            }
            return .more(enrolling(rows, sorted, application))
        }
    }

    private func enrolling(
        _ rows: BulkRows<ParticipantDeclaration>, _ sorted: SortedRows, _ application: Application
    ) -> Slice<Response>.Step {
        Slice<Response>.repeating { [self] processor, now in
            guard let row = sorted.take() else { return false }
            guard !rows.isRefused(line: row.line) else { return true }
            do {
                let enrolment = try application.at(row.place) {
                    try application.enrol(row.declaration, at: now)
                }
                rows.count(enrolment.change)
                try notify(of: enrolment, processor, now)
            } catch {
                throw Problem(answering: error).saying(
                    recorded: rows.tally.total, of: sorted.count)
            }
            return true
        } then: { _ in
            .done(try rows.answer())
        }
    }

    /// The largest number of rows in one page; `Link` names the next page.
    private static let mostExported = 10_000

    /// `GET /participants/export`: the latest first, by `campaign`. Deleted people are included:
    /// other rows name their codes.
    func exportParticipants(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let before = try Page.before(query)
        var filters: [Listing.Filter] = []
        let campaign = query.campaign(of: call.account)
        if let campaign { filters.append(.campaign(campaign.number)) }
        let numbers = try store.listing.numbers(
            of: .participantsEver, account: call.account, filters, before: before,
            limit: Self.mostExported + 1)
        var csv = CSVWriter()
        csv.append(header: ExportTable.participantColumns)
        try ExportTable.forEach(
            ofParticipants: numbers.prefix(Self.mostExported), account: call.account, in: store
        ) { csv.append($0) }
        var response = Response(status: .ok, contentType: .csv, body: csv.bytes)
        if numbers.count > Self.mostExported, let last = numbers.dropLast().last {
            let narrowed = campaign.map { "campaign=\($0.declared.number)&" } ?? ""
            let cursor = Page.cursor(before: last, in: query.list)
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
                .map { ($0.id.declared, Array($0.document.utf8)) },
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

        func campaign(of code: ReferralCode) -> CampaignNumber? {
            try? store.participants.find(code: code.text, account: account)?
                .participant.campaign.declared
        }
    }
}

/// The rows of an import, each after its referrer.
///
/// They are read once from the first to the last, and then taken out one by one: the memory of a
/// long list takes longer than a turn to release at once.
///
/// Sendable because one thread uses it at a time: the one that reads the request, then the writer.
private final class SortedRows: @unchecked Sendable {
    /// The number of rows at first.
    let count: Int
    /// The codes that the rows refer to.
    let referrers: Set<ReferralCode>
    /// The rows that are not taken, the last one first.
    private var rows: [EnrolmentOrder.Row]
    private var unread: Int

    init(_ rows: [(row: ParticipantDeclaration, line: Int)]) {
        referrers = Set(rows.compactMap { $0.row.referredBy })
        self.rows = EnrolmentOrder.sorted(
            rows.map { row, line in
                EnrolmentOrder.Row(declaration: row, place: .line(line, file: "body"))
            })
        self.rows.reverse()
        count = self.rows.count
        unread = count
    }

    /// Reads the next row; nil after the last one.
    func next() -> EnrolmentOrder.Row? {
        guard unread > 0 else { return nil }
        unread -= 1
        return rows[unread]
    }

    /// Takes the first row out; nil if all are taken.
    func take() -> EnrolmentOrder.Row? { rows.popLast() }
}

extension EnrolmentOrder.Row {
    /// The line of the row; 0 for a row of a list.
    fileprivate var line: Int { if case .line(let line, _) = place { line } else { 0 } }
}

extension Problem {
    /// The problem if other requests changed the rows after all of them had been checked.
    func saying(recorded: Int, of count: Int) -> Problem {
        guard recorded > 0 else { return self }
        var problem = self
        problem.detail +=
            " The conflict arose after all rows had been checked. Up to \(recorded) of the \(count) rows are stored;"
            + " correct the row and send all of them again."
        return problem
    }
}
