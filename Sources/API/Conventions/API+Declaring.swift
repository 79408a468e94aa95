import Database
import Declarations
import HTTP
import JSON
import Ledger
import Programmes
import Referrals
import Storage
import Time

// The common part of all changes of declarations: the same declarations as in `refgate apply`,
// stored by the same code, in force for the very next event.
extension API {
    /// The application that stores declarations for the client's account.
    func application(_ call: Call, _ processor: EventProcessor, _ now: Instant) -> Application {
        let application = Application(
            store: processor.store, box: loader.box, now: now, isDryRun: false)
        application.account = call.account
        application.secretPolicy = .request
        return application
    }

    /// Publishes the declarations as stored now.
    func publish(_ processor: EventProcessor) throws {
        try reload(processor)
    }

    func plan(of account: ID<Account>, _ store: Store) throws -> AccountDeclaration.Plan {
        let row = try store.catalog.accounts().first { $0.id == account }
        return row.flatMap { AccountDeclaration.Plan(rawValue: $0.plan) } ?? .free
    }

    /// A stored campaign of the account. Throws 404 for another account's.
    func campaign(
        _ id: Int64, of account: ID<Account>, _ store: Store
    ) throws -> Catalog.CampaignRow {
        let row = try store.catalog.campaign(ID(id))
        guard let row, row.account == account else { throw Problem.notFound("campaign", id) }
        return row
    }

    /// Checks that the campaign in a body belongs to the account.
    func check(
        campaign id: ID<Campaign>?, of account: ID<Account>, _ store: Store
    ) throws {
        guard let id else { return }
        let row = try store.catalog.campaign(id)
        guard row?.account == account else {
            throw Problem.invalidBody("/campaign", "There is no campaign \(id.number).")
        }
    }
}

extension Response {
    static var nothing: Response { Response(status: .noContent) }

    static func created(
        _ write: (inout JSON.Writer) throws -> Void
    ) throws -> Response { try .json(.created, write) }
}
