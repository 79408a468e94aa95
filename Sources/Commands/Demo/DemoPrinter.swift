import Currencies
import Database
import Declarations
import HTTP
import Invocation
import JSON
import Referrals
import Scenarios
import Storage
import Workspace

/// The output of the demonstration.
struct DemoPrinter: Sendable {
    private let context: Context

    init(_ context: Context) { self.context = context }

    func begin(_ material: DemoMaterial, gateway: String, receiver: String, database: String) {
        context.line("gateway   \(gateway), database \(database)")
        context.line("receiver  \(receiver), verifies Standard Webhooks and X-Webhook-Signature")
        let webhooks = material.workspace.webhooks.map(\.webhook.name).joined(separator: ", ")
        context.line("applied   \(material.file); webhooks sent to the receiver:  \(webhooks)")
    }

    func introduceOpening() {
        context.output.line(.plain("\n"), .styled("One purchase, check by check", .bold))
    }

    func introduce(_ entry: SourceEntry) {
        let source = entry.source
        let preset = source.preset.map { "preset \($0), " } ?? ""
        context.output.line(
            .plain("\n"), .styled(source.name, .bold),
            .plain(": \(preset)scheme \(source.scheme), POST /hooks/\(source.id ?? "")"))
    }

    // MARK: Decisions

    func print(_ payload: RecordedPayload, _ answer: GatewayResponse) {
        let name = payload.file.split(separator: "/").last.map { String($0) } ?? payload.file
        guard answer.status == 200, let json = answer.json else {
            context.line("  \(name): \(answer.status) \(answer.code ?? "")")
            if let detail = answer.json?["detail"]?.string { context.line("      \(detail)") }
            return
        }
        guard let items = json["events"] else { return print(name, json) }
        for (index, item) in items.elements.enumerated() { print("\(name) [\(index)]", item) }
    }

    /// Prints one decision. The reasons of its rewards are printed if they differ from its own.
    private func print(_ name: String, _ decision: Value) {
        let outcome =
            decision["outcome"]?.string ?? decision["code"]?.string ?? "no decision"
        context.output.line(.plain("  \(name): "), .styled(outcome, .bold))
        let reasons = texts(decision["reasons"])
        for reason in reasons { print(reason: reason) }
        guard let rewards = decision["rewards"] else { return }
        for reward in rewards.elements {
            let words = ["kind", "beneficiary", "status"].compactMap { reward[$0]?.string }
            context.line("      reward \(reward["id"]?.int ?? 0): \(words.joined(separator: ", "))")
            for reason in texts(reward["reasons"]) where !reasons.contains(reason) {
                print(reason: reason)
            }
        }
    }

    private func texts(_ list: Value?) -> [String] {
        list.map { $0.elements.compactMap(\.string) } ?? []
    }

    private func print(reason: String) {
        guard let code = ReasonCode(text: reason) else { return }
        context.line("      \(reason): \(code.sentence)")
    }

    func explain(_ explanation: String) {
        context.line("    why, check by check (refgate explain):")
        for line in explanation.split(separator: "\n") { context.line("      \(line)") }
    }

    // MARK: Notifications

    func print(_ delivery: Receiver.Delivery) {
        let verdict: Output.Part =
            delivery.verdict == .valid
            ? .styled("verified", .green) : .styled("NOT VERIFIED (\(delivery.verdict))", .red)
        let type = delivery.type ?? "notification"
        context.output.line(
            .plain("      ← \(type), "), verdict, .plain(news(delivery.json?["data"])))
    }

    /// Returns the subject of a notification, and the benefit.
    private func news(_ data: Value?) -> String {
        guard let data else { return "" }
        var words: [String] = []
        if let reward = data["reward"] {
            words += ["kind", "coupon_code"].compactMap { reward[$0]?.string }
            words += [worth(reward["value"]), reward["status"]?.string].compactMap(\.self)
        } else if let status = data["conversion"]?["status"]?.string {
            words.append("conversion \(status)")
        }
        let recipient = data["recipient"]
        if let name = recipient?["first_name"]?.string ?? recipient?["referral_code"]?.string {
            words.append("for \(name)")
        }
        return words.isEmpty ? "" : ": " + words.joined(separator: " ")
    }

    private func worth(_ value: Value?) -> String? {
        guard let value else { return nil }
        if let amount = value["amount"]?.int, let currency = value["currency"]?.string {
            return Currency(currency).map { Money(amount, $0).description }
        }
        return value["points"]?.int.map { "\($0) points" } ?? value["text"]?.string
    }

    // MARK: The end

    func sum(_ outcomes: Outcomes, queued: Int, _ valid: Int, invalid: Int) {
        context.line("\nevents         \(outcomes.words)")
        context.line(
            "notifications  \(queued) queued, \(valid) received and verified"
                + (invalid > 0 ? ", \(invalid) received with a wrong signature" : ""))
    }

    func printAddress(url: String, key: String, curl: String?) {
        context.line("\nStill serving until Ctrl-C; notifications are printed here as they arrive.")
        context.line("gateway   \(url)")
        context.line("API key   \(key)")
        if let curl {
            context.line("\nPost one more purchase; a repetition is answered as a duplicate:\n")
            context.line(curl)
        }
        context.line("\nExplain a decision, list the events, read the metrics:\n")
        context.line("curl -sS -H 'X-API-Key: \(key)' '\(url)/api/v1/explain?code=LEAD-LINUS-1'")
        context.line("curl -sS -H 'X-API-Key: \(key)' \(url)/api/v1/events")
        context.line("curl -sS \(url)/metrics\n")
    }
}

/// The number of events by outcome.
struct Outcomes {
    private var counts: [Outcome: Int] = [:]

    init(_ store: Store) throws(StorageError) {
        for row in try store.events.list(of: ID(1), before: nil, limit: 1000) {
            counts[row.outcome, default: 0] += 1
        }
    }

    var words: String {
        Outcome.allCases.compactMap { outcome in
            counts[outcome].map { "\($0) \(outcome.rawValue)" }
        }.joined(separator: ", ")
    }
}

extension PartnerMessage {
    /// Returns a command that sends the message.
    func curl(to url: String) -> String {
        CurlLine.post(
            fields, body: String(decoding: body, as: UTF8.self), to: url, separator: " \\\n    ")
    }
}
