import HTTP
import Inbound
import JSON
import Referrals
import Time
import Transport

/// The client of an API request, and the way to answer it.
struct APIRequester: Sendable {
    let reply: Reply
    /// The states of the key's rate limits, if known.
    var standings: [KeyRates.Standing] = []

    init(reply: Reply) { self.reply = reply }

    func answer(_ response: Response) {
        var response = CrossOrigin.open(response, true)
        KeyRates.append(standings, to: &response.fields)
        // Rows of an earlier release may contain control sequences of terminals.
        if response.contentType == .json || response.contentType == .problem {
            response.body = HiddenText.escaped(json: response.body)
        }
        reply.answer(response)
    }

    /// Throws if the hard limit is exceeded; the soft one is only reported.
    func checkRate() throws {
        for standing in standings where standing.isHard && !standing.rate.isWithin {
            throw Problem.tooManyRequests(
                "This key may send \(standing.rate.limit) requests a minute.", standing.rate)
        }
    }
}

/// The rates of requests of each key: a soft limit, which `RateLimit` reports
/// (draft-ietf-httpapi-ratelimit-headers), and a hard one if it is configured.
final class KeyRates: Sendable {
    struct Standing: Sendable {
        let isHard: Bool
        let rate: Rates<ID<Referrals.Key>>.Standing
    }

    /// The number of requests per minute that an integration should not exceed.
    private static let soft = 100
    private static let seconds: Int64 = 60

    private let softRates = Rates<ID<Referrals.Key>>(limit: soft, seconds: seconds)
    private let hardRates: Rates<ID<Referrals.Key>>?

    /// - Parameter limit: The hard limit in requests per minute; 0 for none.
    init(limit: Int) {
        hardRates = limit > 0 ? Rates(limit: limit, seconds: Self.seconds) : nil
    }

    func take(_ key: ID<Referrals.Key>, at now: Instant) -> [Standing] {
        let soft = Standing(isHard: false, rate: softRates.take(key, at: now))
        guard let hardRates else { return [soft] }
        return [soft, Standing(isHard: true, rate: hardRates.take(key, at: now))]
    }

    static func append(_ standings: [Standing], to fields: inout Fields) {
        guard !standings.isEmpty else { return }
        fields.append(
            "ratelimit-policy",
            standings.map { "\"\($0.name)\";q=\($0.rate.limit);w=\(seconds)" }
                .joined(separator: ", "))
        fields.append(
            "ratelimit",
            standings.map { "\"\($0.name)\";r=\($0.rate.remaining);t=\($0.rate.secondsLeft)" }
                .joined(separator: ", "))
    }
}

extension KeyRates.Standing {
    fileprivate var name: String { isHard ? "hard" : "soft" }
}
