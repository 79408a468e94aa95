import Database
import HTTP
import Insight
import JSON
import Ledger
import Programmes
import Referrals
import Storage
import Time

extension API {
    /// `GET /explain` by `code`, `email`, `event`, `business_key` or `customer`.
    func explain(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        var asked: [Explanation.Query] = []
        if let code = query["code"] { asked.append(.code(code)) }
        if let email = query["email"] { asked.append(.email(email)) }
        if let key = query["business_key"] { asked.append(.businessKey(key)) }
        if let customer = query["customer"] { asked.append(.customer(customer)) }
        if let event = query.integer("event") { asked.append(.event(event)) }
        guard asked.count == 1 else {
            throw Problem(
                .badRequest, "invalid_parameter", "Invalid query parameter",
                detail: "Name one of code, email, event, business_key and customer.")
        }
        return try answer(to: asked[0], store, call.account)
    }

    private func answer(
        to query: Explanation.Query, _ store: Store, _ account: ID<Account>
    ) throws -> Response {
        let body = try explanation(of: query, store, account)
        return Response(status: .ok, contentType: .json, body: body)
    }

    func explanation(
        of query: Explanation.Query, _ store: Store, _ account: ID<Account>
    ) throws -> [UInt8] {
        try loader.versions.explainer(store, now: clock.now()).explain(query, account: account)
            .json
    }
}
