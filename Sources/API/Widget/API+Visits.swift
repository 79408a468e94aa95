import Crypto
import Database
import HTTP
import Ledger
import Programmes
import Referrals
import Sockets
import Storage
import Time
import Transport

// Referral links of the gateway itself, which lead to the landing page of a campaign.
extension API {
    /// `GET /r/{code}`: redirects to the campaign's `link_base` with the code, and counts the visit.
    func visitFirstAccount(_ call: KeylessCall, _ store: Store) throws -> Response {
        try visit(call, of: .first, store)
    }

    /// `GET /r/{side}/{code}`: the same for other accounts and for test sides.
    func visitSide(_ call: KeylessCall, _ store: Store) throws -> Response {
        try visit(call, of: ID(call.numbers.first ?? 0), store)
    }

    private func visit(
        _ call: KeylessCall, of side: ID<Account>, _ store: Store
    ) throws -> Response {
        let text = call.texts.first ?? ""
        guard let code = ReferralCode(text),
            let row = try store.participants.find(code: code.text, account: side),
            !row.participant.isDisabled, let target = link(of: row)
        else {
            throw Problem(
                .notFound, "unknown_link", "There is no such referral link",
                detail:
                    "No participant has this code, or their campaign has no landing page"
                    + " (link_base).")
        }
        if Self.isVisit(call.request) { note(row, call.request) }
        var response = Response(status: .found)
        response.fields.append("location", target)
        response.fields.append("cache-control", "no-store")
        response.fields.append("referrer-policy", "no-referrer-when-downgrade")
        return response
    }

    /// False for requests that no person makes: of the head only, or ahead of time (`Sec-Purpose`,
    /// fetch.spec.whatwg.org; `Purpose` of earlier browsers).
    private static func isVisit(_ request: Request) -> Bool {
        guard request.method == .get else { return false }
        return !["sec-purpose", "purpose"].contains { name in
            request.fields.first(name).map {
                String(decoding: $0, as: UTF8.self).lowercased().contains("prefetch")
            } ?? false
        }
    }

    private func note(_ row: ParticipantRow, _ request: Request) {
        let day = clock.now().microseconds / 86_400_000_000
        guard let visitor = visitor(of: request, on: day) else { return }
        let visit = Visit(participant: row.participant.id, day: day, visitor: visitor)
        if visits.add(visit) { writeVisits() }
    }

    /// The beginning of a keyed digest of the client's address; nil if OpenSSL fails.
    private func visitor(of request: Request, on day: Int64) -> [UInt8]? {
        let client = ForwardedFor.client(of: request, trusting: proxies)
        let text = "\(day) \(client.host)"
        return loader.box.digest(of: Array(text.utf8), for: "visitor").map { Array($0.prefix(8)) }
    }

    private func writeVisits() {
        let isTaken = queue.enqueueWithNextGroup { [self] processor, now, _ in
            try writeSlice(processor, now)
        } done: { [self] (_: Completion<Void>) in
            if visits.end() { writeVisits() }
        }
        if !isTaken { _ = visits.end() }
    }

    private func writeSlice(
        _ processor: EventProcessor, _ now: Instant
    ) throws -> Slice<Void> {
        for visit in visits.take() {
            try processor.note(
                visit,
                source: { person in
                    try builtInSource(of: person.account, processor, now)
                }, now: now)
        }
        return .done(())
    }
}
