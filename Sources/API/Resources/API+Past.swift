import Database
import HTTP
import Ledger
import Programmes
import Referrals
import Storage
import Time
import Workspace

// The conversions and rewards of another product, as rows of CSV. They are recorded as given
// before: they cause no notification and no second reward.
extension API {
    /// `POST /campaigns/{id}/conversions/import`.
    func importConversions(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let id = try campaign(call.number, of: call.account, store).id
        let rows = try BulkRows(PastConversion.read(csv: call.csv(), of: id.declared), call)
        return importing(
            rows, into: id, call, check: { try $0.check($1, $2, now: $3) },
            add: { try $0.add($1, $2, now: $3) })
    }

    /// `POST /campaigns/{id}/rewards/import`.
    func importRewards(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let id = try campaign(call.number, of: call.account, store).id
        let rows = try BulkRows(PastReward.read(csv: call.csv(), of: id.declared), call)
        return importing(
            rows, into: id, call, check: { try $0.check($1, $2, now: $3) },
            add: { try $0.add($1, $2, now: $3) })
    }

    private typealias Effect<Row> =
        @Sendable (PastImport, Row, EventProcessor, Instant) throws -> Catalog.Change

    private func importing<Row>(
        _ rows: BulkRows<Row>, into campaign: ID<Campaign>, _ call: Call,
        check: @escaping Effect<Row>, add: @escaping Effect<Row>
    ) -> Route.FirstStep {
        { [self] processor, now, turn in
            guard let settings = try processor.declarations.campaign(campaign) else {
                throw StorageError.unusable(campaign.nameAmongAccounts)
            }
            let source = try builtInSource(of: call.account, processor, now)
            let checked = PastImport(into: settings, from: source)
            return try Slice<Response>.each(of: rows.rows[...]) { row, processor, now in
                do {
                    _ = try check(checked, row.row, processor, now)
                } catch let refusal as PastImport.Refusal {
                    rows.refuse(line: row.line, for: Problem(refusal, line: row.line))
                }
            } then: { _ in
                try rows.endCheck()
                let written = PastImport(into: settings, from: source)
                return .more(
                    Slice<Response>.each(of: rows.rows[...]) { row, processor, now in
                        do {
                            rows.count(try add(written, row.row, processor, now))
                        } catch let refusal as PastImport.Refusal {
                            throw Problem(refusal, line: row.line)
                                .saying(recorded: rows.tally.total, of: rows.rows.count)
                        }
                    } then: { _ in
                        .done(try rows.answer())
                    })
            }(processor, now, turn)
        }
    }
}

extension Problem {
    fileprivate init(_ refusal: PastImport.Refusal, line: Int) {
        let words = "Line \(line): \(refusal.sentence)."
        self.init(
            .unprocessableContent, "invalid_body", "The body cannot be accepted", detail: words,
            faults: [InvalidValue(pointer: "", detail: words, line: line)])
    }
}
