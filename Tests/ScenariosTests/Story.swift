import Reading
import Scenarios
import Testing
import Workspace

/// A scenario for tests: a workspace with one source `shop`, one paused webhook `crm`, and campaign
/// 1, in which LEAD-1 to LEAD-3 were referred by ANN-REF. Each step is one line; the first is line
/// 4.
struct Story {
    var name = "A story"
    var conversions = "every"
    var campaign = ""
    var rewards = #"[{ "kind": "coupon" }]"#
    var coupons = ["SPRING-1", "SPRING-2", "SPRING-3"]
    var source = #""preset": "refgate", "secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"]"#
    var steps: [String]
    /// Members of the scenario other than name, given and steps.
    var more = ""
    var files: [String: String] = [:]

    init(_ steps: String...) { self.steps = steps }

    var text: String {
        let codes = coupons.map { "\"\($0)\"" }.joined(separator: ", ")
        let leads = (1...3).map {
            #"{ "campaign": 1, "email": "lead\#($0)@example.net", "referral_code": "LEAD-\#($0)", "#
                + #""referred_by": "ANN-REF" }"#
        }
        let given =
            #""campaigns": [{ "id": 1, "name": "Spring", "owner": "ops@example.org", \#(campaign)"#
            + #""goal_type": "purchase", "conversions": "\#(conversions)", "rewards": \#(rewards), "#
            + #""coupons": [\#(codes)] }], "participants": [{ "campaign": 1, "email": "#
            + #""ann@example.org", "referral_code": "ANN-REF" }, \#(leads.joined(separator: ", "))], "#
            + #""sources": [{ "id": "shop", "name": "Shop", \#(source) }], "webhooks": [{ "name": "#
            + #""crm", "url": "https://crm.example.org/", "status": "paused", "events": "#
            + #"["reward.issued", "conversion.created", "reward.updated"] }]"#
        return """
            { "name": "\(name)", \(more)
              "given": { \(given) },
              "steps": [
            \(steps.joined(separator: ",\n"))
            ] }
            """
    }

    private var folder: Folder {
        Folder { [files] path throws(FileFailure) in
            guard let text = files[path] else { throw FileFailure(path: path, reason: .absent) }
            return Memory(text)
        }
    }

    func read() throws(Mistakes) -> Scenario {
        try Scenario.read(Array(text.utf8), file: "story.json", folder: folder)
    }

    /// The mistakes of the scenario, each as `line:column: description`.
    var mistakes: [String] {
        do {
            _ = try read()
            return []
        } catch {
            return error.list.map { "\($0.line ?? 0):\($0.column ?? 0): \($0.found)" }
        }
    }

    func play() throws -> ScenarioReport { Play.run(try read(), file: "story.json") }

    /// Plays a scenario that must pass.
    func pass(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let report = try play()
        #expect(report.error == nil, sourceLocation: sourceLocation)
        for step in report.steps {
            #expect(step.differences == [], "\(step)", sourceLocation: sourceLocation)
        }
        #expect(report.verdict == .passed, sourceLocation: sourceLocation)
        #expect(report.steps.count == steps.count, sourceLocation: sourceLocation)
    }

    /// Returns the differences of the only step that must fail.
    func differences(sourceLocation: SourceLocation = #_sourceLocation) throws -> [Difference] {
        let report = try play()
        #expect(report.verdict == .failed, sourceLocation: sourceLocation)
        let failed = report.steps.filter { !$0.differences.isEmpty }
        #expect(failed.count == 1, sourceLocation: sourceLocation)
        return failed.first?.differences ?? []
    }
}

/// A file in memory.
final class Memory: ByteSource {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    func read(into bytes: inout [UInt8], atMost most: Int) -> Int {
        let piece = rest.prefix(most)
        bytes.append(contentsOf: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
}

extension Story {
    /// Returns a step with a purchase.
    static func purchase(
        _ lead: String = "LEAD-1", order: String = "o-1", more: String = "", expect: String
    ) -> String {
        #"{ "post": { "source": "shop", "payload": { "type": "purchase", "data": { "referral_code": "#
            + #""\#(lead)", "order_id": "\#(order)", "amount": 1000, "currency": "USD" } }\#(more) }, "#
            + #""expect": { \#(expect) } }"#
    }
}
