import Database
import Declarations
import HTTP
import Inbound
import JSON
import Referrals
import Storage
import Time

// What all changes of what is declared have in common: the same declarations as `refgate apply` reads, stored
// by the same code, in force for the very next event.
extension API {
    /// What stores declarations for the account that asks.
    func application(_ call: Call, _ settlement: Settlement, _ now: Instant) -> Application {
        let application = Application(
            store: settlement.store, box: loader.box, now: now, isDryRun: false)
        application.account = call.account
        application.secretPolicy = .request
        return application
    }

    /// Puts up the programme as it is declared by now.
    func putUp(_ settlement: Settlement) throws {
        try reload(settlement)
    }

    func plan(of account: Int64, _ store: Store) throws -> AccountDeclaration.Plan {
        let row = try store.catalog.accounts().first { $0.id == account }
        return row.flatMap { AccountDeclaration.Plan(rawValue: $0.plan) } ?? .free
    }

    /// A campaign of the account, as it is stored; another account's is not found.
    func campaign(
        _ id: Int64, of account: Int64, _ store: Store
    ) throws -> Catalog.CampaignRow {
        let row = try store.catalog.campaign(ID(id))
        guard let row, row.account == account else { throw Problem.notFound("campaign", id) }
        return row
    }

    /// The campaign that a body names must be the account's.
    func check(
        campaign id: ID<Campaign>?, of account: Int64, _ store: Store
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
