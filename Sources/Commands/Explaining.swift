import Gateway
import Insight
import Invocation
import JSON
import Programmes
import Referrals
import Storage
import Time

/// The command that explains why a reward was or was not granted.
enum Explaining: Command {
    static let code = Option<String?>.optional(
        "code", .text("CODE"), "a referral code", hasVariable: false)
    static let email = Option<String?>.optional(
        "email", .text("EMAIL"), "the e-mail address of a participant", hasVariable: false)
    static let event = Option<Int?>.optional(
        "event", .integer(in: 1...Int.max), "the number of an event", hasVariable: false)
    static let businessKey = Option<String?>.optional(
        "business-key", .text("KEY"), "an order or invoice number", hasVariable: false)
    static let customer = Option<String?>.optional(
        "customer", .text("ID"), "the id that a partner uses for a person", hasVariable: false)

    static let usage = Usage(
        "explain", "explain why a reward was or was not given, check by check, with the remedy",
        details: """
            Give one of --code, --email, --event, --business-key and --customer. Without --account \
            and --test the live sides of all accounts are searched, then the test sides; the first \
            side that has a match is explained.
            """,
        options: [
            Common.database, Common.account, Common.test, Common.zoneinfo, Common.json, code, email,
            event, businessKey,
            customer,
        ])

    static func run(_ context: Context) throws -> ExitCode {
        var queries: [Explanation.Query] = []
        if let code = context[code] { queries.append(.code(code)) }
        if let email = context[email] { queries.append(.email(email)) }
        if let event = context[event] { queries.append(.event(Int64(event))) }
        if let key = context[businessKey] { queries.append(.businessKey(key)) }
        if let customer = context[customer] { queries.append(.customer(customer)) }
        guard queries.count == 1 else {
            throw Failure(
                .usage, "give one of --code, --email, --event, --business-key and --customer")
        }
        let database = context[Common.database]
        let store = try Files.store(database, for: .reader)
        let versions = Versions(zones: ZoneFolder.zones(in: context[Common.zoneinfo]))
        let (explanation, side) = try Files.using(database) {
            try find(queries[0], versions, in: store, context)
        }
        if context[Common.json] {
            context.json(explanation.json)
        } else {
            // With one account and its live side there is nothing to tell apart.
            if let side, explanation.isFound { context.line(side) }
            context.line(explanation.description)
        }
        return explanation.isFound ? .ok : .failed
    }

    /// Searches the sides in question; an event that none of them has is an error. Returns the
    /// explanation, and the account and side that it is about where a reader could take it for
    /// another.
    private static func find(
        _ query: Explanation.Query, _ versions: Versions, in store: Store, _ context: Context
    ) throws -> (Explanation, side: String?) {
        let explainer = try versions.explainer(store, now: context.clock.now())
        for id in try sides(in: store, context) {
            let explanation = try explainer.explain(query, account: id)
            guard explanation.isFound else { continue }
            let side = try store.catalog.side(id)
            let isPlain = try side?.mode != .test && store.catalog.accounts().count == 1
            let name = HiddenText.escaped(side?.name ?? "")
            return (
                explanation, isPlain ? nil : "Account \(name), \(side?.mode.rawValue ?? "") side"
            )
        }
        return (try explainer.explain(query, account: ID(0)), nil)
    }

    private static func sides(in store: Store, _ context: Context) throws -> [ID<Account>] {
        let choice = Common.choice(context)
        if choice.name != nil || choice.mode == .test {
            return try choice.side(in: store.catalog).map { [$0] } ?? []
        }
        let sides = try store.catalog.sides()
        return (sides.filter { $0.mode == .live } + sides.filter { $0.mode == .test }).map(\.id)
    }
}
