import Conditions
import Declarations
import JSON
import Referrals
import Rules
import Time

/// Makes trials about one campaign.
struct FactScenarioBuilder {
    private let campaign: CampaignNumber
    private let rewardsCoupons: Bool
    private var steps: [FactStep] = []
    private var now: Instant
    private var posts = 0
    private let clock: Instant
    private let usesHeaders: Bool

    /// Begins at an instant with the declaration of a source.
    ///
    /// - Parameters:
    ///   - coupons: the number of coupons to add if the campaign rewards with coupons.
    ///   - usesHeaders: true if header fields carry the event, so that the payload is free.
    init(
        _ declaration: CampaignDeclaration, at clock: Instant, coupons: Int,
        usesHeaders: Bool = false
    ) {
        campaign = declaration.id ?? ID(1)
        rewardsCoupons = declaration.rewards.contains { $0.kind == .coupon }
        now = clock
        self.clock = clock
        self.usesHeaders = usesHeaders
        let number = campaign.number
        let codes = rewardsCoupons ? (0..<coupons).map { "TRIAL-COUPON-\($0 + 1)" } : []
        apply { json in
            if !codes.isEmpty {
                json.list("campaigns", [number]) { number, json in
                    json.object { json in
                        json.member("id", number)
                        json.member("coupons", codes)
                    }
                }
            }
            json.list("sources", [FactScenario.source]) { Self.writeSource($0, usesHeaders, &$1) }
        }
    }

    private static func writeSource(_ id: String, _ usesHeaders: Bool, _ json: inout Writer) {
        json.object { json in
            json.member("id", id)
            json.member("name", "Trial")
            guard usesHeaders else {
                json.member("preset", "refgate")
                json.member("secrets", ["whsec_dHJpYWwtc2VjcmV0LW9mLWEtc2NlbmFyaW8="])
                return
            }
            json.member("scheme", "bearer")
            json.member("secrets", ["trial-secret-of-a-scenario"])
            json.object("mapping") { json in
                json.member("event_id", "headers[\"x-event\"]")
                json.member("goal", "headers[\"x-goal\"]")
                json.member("referral_code", "headers[\"x-code\"]")
                json.member("business_key", "headers[?\"x-order\"]")
                json.member("amount", "headers[?\"x-amount\"].optMap(a, int(a))")
                json.member("currency", "headers[?\"x-currency\"]")
                json.member("occurred_at", "headers[?\"x-time\"]")
                json.member("email", "headers[?\"x-email\"]")
                json.member("customer", "headers[?\"x-customer\"]")
                json.member("test", "headers[?\"x-test\"].optMap(t, t == \"true\")")
            }
        }
    }

    // MARK: Steps

    /// Adds a declaration; `write` writes the members of a workspace.
    mutating func apply(_ write: (inout Writer) -> Void) {
        var json = Writer()
        json.object { write(&$0) }
        steps.append(.apply(json.bytes))
    }

    /// A person to declare.
    struct Person {
        var code: String
        var email: String?
        var firstName: String?
        var source: String?
        var referrer: String?
    }

    mutating func enrol(_ people: [Person]) {
        let number = campaign.number
        apply { json in
            json.list("participants", people) { person, json in
                json.object { json in
                    json.member("campaign", number)
                    json.member("referral_code", person.code)
                    json.member("email", ifPresent: person.email)
                    json.member("first_name", ifPresent: person.firstName)
                    json.member("source", ifPresent: person.source)
                    json.member("referred_by", ifPresent: person.referrer)
                }
            }
        }
    }

    /// Moves the clock forward to an instant; an earlier one is ignored.
    mutating func advance(to instant: Instant) {
        let seconds = instant.seconds - now.seconds
        guard seconds > 0 else { return }
        steps.append(.advance(seconds: seconds))
        now = now + .seconds(seconds)
    }

    mutating func advance(by seconds: Int64) { advance(to: now + .seconds(seconds)) }

    /// Posts the event of a situation for a lead.
    ///
    /// - Parameter code: the lead's code; nil for that of the situation.
    mutating func post(_ situation: Situation, code: String? = nil) {
        posts += 1
        let event = EventText(situation, code: code, number: posts)
        steps.append(
            .post(
                FactStep.Post(
                    eventID: "event-\(posts)",
                    payload: usesHeaders ? event.freePayload : event.payload,
                    headers: usesHeaders ? event.headers : [])))
    }

    /// Posts the last event again, whose answer has the present state of the rewards.
    mutating func repeatPost() {
        let last = steps.last { if case .post = $0 { true } else { false } }
        if let last { steps.append(last) }
    }

    mutating func listRewards(of code: String) { steps.append(.listRewards(code: code)) }

    func trial(_ name: String) -> FactScenario {
        FactScenario(name: name, clock: clock, steps: steps)
    }
}
