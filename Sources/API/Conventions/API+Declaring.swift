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

    /// Throws 403 if the account's plan does not include a part of refgate.
    func check(_ entitlement: Entitlement, for account: ID<Account>, _ store: Store) throws {
        guard paidPlanFor.contains(entitlement), try plan(of: account, store) == .free else {
            return
        }
        let (what, faults): (String, [Problem.InvalidValue]) =
            switch entitlement {
            case .publicCampaigns:
                (
                    "Public campaigns need a paid plan; rewards work in private ones, too."
                        + Self.changesPlan,
                    [Problem.InvalidValue(pointer: "/publish", detail: "private is allowed.")]
                )
            case .apiKeys: ("Further API keys need a paid plan." + Self.changesPlan, [])
            }
        throw Problem(
            .forbidden, "paid_plan_required", "A paid plan is required", detail: what,
            faults: faults, members: [("entitlement", .text(entitlement.rawValue))])
    }

    private static let changesPlan =
        " An admin key of the first account changes the plan with PATCH /api/v1/accounts/{id}; the"
        + " operator decides which parts need one with serve --paid-plan-for."

    func plan(of account: ID<Account>, _ store: Store) throws -> AccountDeclaration.Plan {
        let row = try store.catalog.side(account)
        return row.flatMap { AccountDeclaration.Plan(rawValue: $0.plan) } ?? .free
    }

    /// A stored campaign of the account. Throws 404 for another account's.
    func campaign(
        _ id: Int64, of account: ID<Account>, _ store: Store
    ) throws -> Catalog.CampaignRow {
        let stored = ID<Campaign>(CampaignNumber(id), of: account)
        let row = try stored.flatMap { id throws(StorageError) in try store.catalog.campaign(id) }
        guard let row, row.account == account else { throw Problem.notFound("campaign", id) }
        return row
    }

    /// The id of the campaign in a body; nil if the body names none. Throws if the account has no
    /// such campaign.
    @discardableResult
    func check(
        campaign number: CampaignNumber?, of account: ID<Account>, _ store: Store
    ) throws -> ID<Campaign>? {
        guard let number else { return nil }
        guard let id = ID<Campaign>(number, of: account),
            try store.catalog.campaign(id)?.account == account
        else { throw Problem.invalidBody("/campaign", "There is no campaign \(number.number).") }
        return id
    }
}

extension Response {
    static var nothing: Response { Response(status: .noContent) }

    static func created(
        _ write: (inout JSON.Writer) throws -> Void
    ) throws -> Response { try .json(.created, write) }
}
