import Declarations
import HTTP
import Insight
import JSON
import Programmes
import Reading
import Referrals
import Storage
import Time

extension API {
    /// `POST /campaigns/{id}/backtest` `{"rules", "since", "limit"}`: decides the stored events of a
    /// campaign again under changed rules. It only reads.
    func backtest(_ call: Call, _ store: Store) throws -> Route.SlowQuery {
        let request = try BacktestRequest.read(try call.body())
        let row = try campaign(call.number, of: call.account, store)
        let entry = try read(within: "/rules") { () throws(Mistakes) in
            try CampaignEntry.read(
                request.rules, .given(row.id.declared), over: Array(row.document.utf8))
        }
        return { [self] store, isStopped in
            let run = BacktestRun(
                drafts: [BacktestRun.Draft(campaign: row.id, rules: entry.campaign)],
                since: request.since, limit: request.limit)
            let report = try run.run(on: store, loader.versions) {
                if isStopped() { throw SlowReadStopped() }
            }
            return try .json { report.write(to: &$0) }
        }
    }
}
