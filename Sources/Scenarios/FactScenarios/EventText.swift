import Conditions
import JSON
import Rules
import Time

/// The message of an event of a situation.
struct EventText {
    private let situation: Situation
    private let number: Int
    /// The members of the payload that carry the event, by path.
    private let members: [[String]: Rules.Value]
    private let names: [String: String]

    /// - Parameters:
    ///   - code: the lead's code; nil for that of the situation.
    ///   - number: the number of the post, which its order has, too.
    init(_ situation: Situation, code: String?, number: Int) {
        self.situation = situation
        self.number = number
        var members: [[String]: Rules.Value] = [:]
        var names: [String: String] = [:]
        func add(_ path: [String], _ header: String, _ value: Rules.Value?) {
            guard let value else { return }
            members[["payload"] + path] = value
            names[header] = value.asString ?? value.asInt.map { "\($0)" } ?? "true"
        }
        add(["type"], "x-goal", situation.values[["event", "goal"]] ?? nil)
        add(
            ["data", "referral_code"], "x-code",
            .string(code ?? situation.text(["lead", "referral_code"]) ?? ""))
        if let keys = (situation.values[["event", "business_keys"]] ?? nil)?.asList,
            let key = keys.first?.asString
        {
            add(["data", "order_id"], "x-order", .string(number == 1 ? key : "\(key)-\(number)"))
        }
        for (name, header) in [
            ("amount", "x-amount"), ("currency", "x-currency"), ("customer", "x-customer"),
            ("email", "x-email"),
        ] { add(["data", name], header, situation.values[["event", name]] ?? nil) }
        if case .bool(true)? = situation.values[["event", "test"]] ?? nil {
            add(["data", "test"], "x-test", .bool(true))
        }
        if let occurred = situation.instant(["event", "occurred_at"]), occurred < situation.now {
            add(["timestamp"], "x-time", .string("\(occurred)"))
        }
        self.members = members
        self.names = names
    }

    /// The header fields that carry the event.
    var headers: [(name: String, value: String)] {
        names.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            + [(name: "x-event", value: "event-\(number)")]
    }

    /// The facts of the payload that rules read.
    private var facts: [[String]: Rules.Value?] {
        situation.values.filter { $0.key.first == "payload" }
    }

    /// True if the payload can carry the event and the facts that rules read.
    var canShare: Bool {
        let known = [
            ["type"], ["timestamp"], ["data", "referral_code"], ["data", "order_id"],
            ["data", "amount"], ["data", "currency"], ["data", "customer"], ["data", "email"],
            ["data", "first_name"], ["data", "test"], ["data", "reversal"],
        ].map { ["payload"] + $0 }
        return facts.keys.allSatisfy { path in
            !known.contains { $0.starts(with: path) || path.starts(with: $0) }
        }
    }

    /// The payload with the event and the facts that rules read.
    var payload: [UInt8] {
        Self.text(facts.merging(members.mapValues { .some($0) }) { $1 })
    }

    /// The payload with the facts that rules read alone.
    var freePayload: [UInt8] { Self.text(facts) }

    private static func text(_ values: [[String]: Rules.Value?]) -> [UInt8] {
        var json = Writer()
        json.value(FactTable.tree(values, depth: 1))
        return json.bytes
    }
}
