import Database
import HTTP
import Insight
import Ledger
import Programmes
import Referrals
import Storage
import Time

/// The times between which the rows of a list are.
struct TimeRange {
    var since: Instant?
    var until: Instant?

    static let all = TimeRange()

    private init() {}

    init(_ query: Query) {
        since = query.time("since")
        until = query.time("until")
    }
}

extension QueryParameter {
    /// The parameters by which lists are filtered by time.
    ///
    /// - Parameter time: The name of the member with the time.
    static func times(_ time: String) -> [QueryParameter] {
        [
            .time(
                "since", "The earliest `\(time)`: a time, or a date.", example: "2026-11-01"),
            .time(
                "until", "The latest `\(time)`: a time, or a date.",
                example: "2026-12-01T00:00:00Z"),
        ]
    }

    /// The parameters by which rows about a person or an order are found.
    ///
    /// - Parameter whose: The rows whose people these are, for the description.
    static func names(_ whose: String) -> [QueryParameter] {
        [
            .text("code", "The referral code of a person of the \(whose), lead or referrer."),
            .text(
                "email", "The e-mail address of a person of the \(whose), lead or referrer."),
            .text("business_key", "The number of an order or invoice."),
        ]
    }

    static let goal = QueryParameter.text(
        "goal", "The goal that the event reports, or else that of its campaign.")

    static let reason = QueryParameter.choice(
        "reason", of: ReasonCode.allCases.map(\.text), "One of the reasons.")

    static let source = QueryParameter.text("source", "The id of the source of the event.")
}

extension Query {
    /// The conditions of `code`, `email` and `business_key`.
    var names: [SearchFilter] {
        var filters: [SearchFilter] = []
        if let text = self["code"] {
            let code = ReferralCode(text)?.text ?? text
            filters.append(
                .person(.code(code), digest: EventName.code(named: text).digest))
        }
        if let text = self["email"] {
            filters.append(
                .person(Self.email(text), digest: EventName.email(spelled: text).digest))
        }
        if let text = self["business_key"] {
            let key = trimmed(text)
            filters.append(.businessKey(key, digest: EventName.businessKey(key).digest))
        }
        return filters
    }

    /// An address in its canonical spelling, if it has one.
    static func email(_ text: String) -> SearchFilter.Name {
        .email(EmailAddress(text)?.canonical ?? text)
    }

    /// The condition of a parameter with the word of a status.
    func status(_ name: String = "status") -> [SearchFilter] {
        self[name].map { [.status($0)] } ?? []
    }

    /// The condition of `reason`.
    var reason: [SearchFilter] {
        self["reason"].flatMap { ReasonCode(text: $0) }.map { [.reason($0)] } ?? []
    }

    /// The condition of `campaign`.
    func campaign(_ call: Call) -> [SearchFilter] {
        campaign(of: call.account).map { [.campaign($0.number)] } ?? []
    }

    /// The condition of a parameter with the number of a row.
    func number(_ name: String, _ filter: (Int64) -> SearchFilter) -> [SearchFilter] {
        integer(name).map { [filter($0)] } ?? []
    }
}

extension API {
    /// The condition of `source`.
    func source(_ query: Query, _ call: Call) throws -> [SearchFilter] {
        try query["source"].map { [.source(try source(named: $0, of: call.account))] } ?? []
    }

    /// The condition of `goal` on a row whose event has the number of the row, divided; nil if the
    /// query names none. It reads the stored event, so a page hands it few rows.
    func goal(
        _ query: Query, perEvent: Int64 = 1, _ store: Store
    ) throws -> ((Int64) throws -> Bool)? {
        guard let goal = query["goal"] else { return nil }
        let explainer = try loader.versions.explainer(store, now: clock.now())
        return { number in
            let found = try explainer.goal(of: ID(number / perEvent))
            return found.map { $0.utf8.elementsEqual(goal.utf8) } ?? false
        }
    }
}
