import Foundation
import Testing

/// What a server said to one request.
package struct ServerResponse: @unchecked Sendable {
    package var status: Int
    /// Names in lower case.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// The body as Foundation reads it: another reader than the one under test. Plists are immutable
    /// here, hence `@unchecked`.
    package let json: [String: Any]

    package init(status: Int, fields: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
        json = (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
    }

    private init(part: [String: Any]) {
        (status, fields, body) = (part["status"] as? Int ?? 200, [], [])
        json = part
    }

    package subscript(field name: String) -> String? { fields.first { $0.name == name }?.value }

    package var text: String { String(decoding: body, as: UTF8.self) }
    package var closes: Bool { self[field: "connection"]?.lowercased() == "close" }

    /// A list of an answer. A refusal has none, and must not pass for an answer with an empty one.
    package func list<Element>(_ name: String) -> [Element] {
        guard (200..<300).contains(status), let list = json[name] as? [Element] else {
            Issue.record("an answer with the list \(name) is needed: \(self)")
            return []
        }
        return list
    }

    // MARK: Members of an answer

    package var outcome: String? { json["outcome"] as? String }
    package var reasons: [String] { list("reasons") }
    package var event: Int? { json["event"] as? Int }
    package var conversion: Int? { json["conversion"] as? Int }
    package var isDuplicate: Bool? { json["duplicate"] as? Bool }
    package var rewards: [[String: Any]] { list("rewards") }
    package var rewardStatuses: [String] { rewards.compactMap { $0["status"] as? String } }

    // MARK: Members of a problem

    package var code: String? { json["code"] as? String }
    package var verdict: String? { json["verdict"] as? String }
    package var detail: String? { json["detail"] as? String }

    /// The answers to the items of a list.
    package var events: [ServerResponse] {
        list("events").map { (part: [String: Any]) in ServerResponse(part: part) }
    }
}

extension ServerResponse: CustomStringConvertible {
    package var description: String { "\(status) \(text)" }
}
