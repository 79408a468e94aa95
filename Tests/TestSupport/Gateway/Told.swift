import Foundation

/// What a server said to one request.
package struct Told: @unchecked Sendable {
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

    // MARK: Members of an answer

    package var outcome: String? { json["outcome"] as? String }
    package var reasons: [String] { json["reasons"] as? [String] ?? [] }
    package var event: Int? { json["event"] as? Int }
    package var conversion: Int? { json["conversion"] as? Int }
    package var isDuplicate: Bool? { json["duplicate"] as? Bool }
    package var rewards: [[String: Any]] { json["rewards"] as? [[String: Any]] ?? [] }
    package var rewardStatuses: [String] { rewards.compactMap { $0["status"] as? String } }

    // MARK: Members of a problem

    package var code: String? { json["code"] as? String }
    package var verdict: String? { json["verdict"] as? String }
    package var detail: String? { json["detail"] as? String }

    /// The answers to the items of a list.
    package var events: [Told] {
        (json["events"] as? [[String: Any]] ?? []).map { Told(part: $0) }
    }
}

extension Told: CustomStringConvertible {
    package var description: String { "\(status) \(text)" }
}
