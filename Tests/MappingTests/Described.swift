import Currencies
import Foundation
import JSON
import Mapping
import Referrals
import Time

/// What a mapping made of a body, in the form in which fixtures expect it: members named as in a
/// declaration, absent ones left out, keys sorted.
func described(_ mapped: Mapped) -> String {
    switch mapped {
    case .single(let item): text(described(item))
    case .batch(let items): text(["batch": items.map { described($0.item) }])
    }
}

func described(_ expectation: JSON.Value) throws -> String {
    let source = Data(expectation.source)
    return text(try JSONSerialization.jsonObject(with: source, options: [.fragmentsAllowed]))
}

private func text(_ object: Any) -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .prettyPrinted]
    let data = try? JSONSerialization.data(withJSONObject: object, options: options)
    return String(decoding: data ?? Data(), as: UTF8.self)
}

private func described(_ item: Mapped.Item) -> [String: Any] {
    switch item {
    case .event(let event): ["event": described(event)]
    case .notOurs: ["not_ours": true]
    case .unmapped(let problems):
        ["unmapped": problems.map { described($0) }]
    }
}

private func described(_ problem: MappingProblem) -> [String: Any] {
    var members: [String: Any] = ["field": problem.field.name, "code": problem.code.text]
    members["path"] = problem.path
    return members
}

private func described(_ event: MappedEvent) -> [String: Any] {
    var members: [String: Any] = [:]
    members["event_id"] = event.eventID
    members["goal"] = event.goal
    switch event.code {
    case .none: break
    case .missing(let problem):
        members["referral_code_missing"] = problem.path ?? problem.description
    case .named(let code): members["referral_code"] = code.text
    case .unreadable(let text): members["unreadable_code"] = text
    case .candidates(let candidates):
        members["referral_code"] = candidates.map { candidate -> Any in
            candidate.isDoubtful ? ["maybe": candidate.text] : candidate.text
        }
    }
    if !event.businessKeys.isEmpty { members["business_key"] = event.businessKeys }
    members["amount"] = event.amount
    members["paid"] = event.paid
    members["currency"] = event.currency?.text
    members["occurred_at"] = event.occurredAt?.rfc3339
    members["email"] = event.email
    members["customer"] = event.customer
    members["first_name"] = event.firstName
    if event.isTest { members["test"] = true }
    members["reversal"] = event.isLink ? "link" : event.reversal?.rawValue
    return members
}
