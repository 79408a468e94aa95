import Declarations
import JSON
import Ledger
import Sockets
import Storage
import Synchronization
import Time

/// Plays a scenario on a stage of its own.
package struct Play {
    private let scenario: Scenario
    private let stage: Stage
    private let keepsResponses: Bool
    /// The number of deliveries queued at the last check, and those of them that were expected.
    private var seenDeliveries = 0
    private var expectedDeliveries: Set<Int> = []

    private init(_ scenario: Scenario, on stage: Stage, keepsResponses: Bool) {
        self.scenario = scenario
        self.stage = stage
        self.keepsResponses = keepsResponses
    }

    /// Plays a scenario and returns its report.
    ///
    /// - Parameters:
    ///   - observer: receives each decision.
    ///   - keepsResponses: true if the report has the responses of steps that passed, too.
    ///   - clock: measures the duration; the scenario has a clock of its own.
    package static func run(
        _ scenario: Scenario, file: String, observer: (any DecisionObserver)? = nil,
        keepsResponses: Bool = false, clock: () -> MonotonicTime = MonotonicTime.now
    ) -> ScenarioReport {
        let began = clock()
        var steps: [StepReport] = []
        var failure: String?
        do {
            let stage = try Stage(
                scenario.given, in: scenario.folder, at: scenario.clock, observer: observer)
            defer { stage.stop() }
            var play = Play(scenario, on: stage, keepsResponses: keepsResponses)
            for step in scenario.steps {
                do {
                    steps.append(try play.report(step))
                } catch {
                    failure = "step \(step.number), line \(step.line): \(error)"
                    break
                }
            }
        } catch {
            failure = "\(error)"
        }
        return ScenarioReport(
            file: file, name: scenario.name, steps: steps, error: failure,
            duration: .nanoseconds(clock().nanoseconds - began.nanoseconds))
    }

    // MARK: Steps

    private mutating func report(_ step: Scenario.Step) throws -> StepReport {
        let title: String
        var differences: [Difference] = []
        var explanation: String?
        var observed: StepReport.Observed?
        switch step.action {
        case .post(let post, let expectation):
            title = "post to \(post.source.source.id ?? "")"
            let answers = try self.post(post, step: step.number)
            differences = Comparison.differences(
                expectation, answers, isConcurrent: post.concurrency > 1)
            observed = StepReport.Observed(
                answers: answers, isConcurrent: post.concurrency > 1)
            if !differences.isEmpty { explanation = try explain(answers, expectation) }
        case .call(let call, let expectation):
            title = "\(call.method) \(call.path)"
            let answer = try stage.call(call)
            differences = Comparison.differences(expectation, [answer], isConcurrent: false)
            observed = StepReport.Observed(answers: [answer], isConcurrent: false)
            if !differences.isEmpty { explanation = try explain([answer], expectation) }
        case .advance(let seconds):
            title = "advance by \(seconds) s"
            stage.advance(by: .seconds(seconds))
        case .apply(let workspace, let folder):
            title = "apply"
            try stage.apply(workspace, in: folder)
        case .expectDeliveries(let expected):
            title = "expect deliveries"
            differences = try compare(expected)
        }
        return StepReport(
            number: step.number, line: step.line, title: title, differences: differences,
            explanation: explanation,
            observed: differences.isEmpty && !keepsResponses ? nil : observed)
    }

    // MARK: Posts

    private func post(
        _ post: Scenario.Post, step: Int
    ) throws -> [GatewayResponse] {
        var messages: [PartnerMessage] = []
        for number in 1...post.times { messages.append(try message(post, number, step)) }
        let id = post.source.source.id ?? ""
        if post.concurrency > 1 {
            return try stage.deliver(messages, to: id, atOnce: post.concurrency)
        }
        var answers: [GatewayResponse] = []
        for message in messages { answers.append(try stage.deliver(message, to: id)) }
        return answers
    }

    private func message(
        _ post: Scenario.Post, _ number: Int, _ step: Int
    ) throws -> PartnerMessage {
        let isSeveral = post.times > 1
        let time: Instant =
            switch post.signedAt {
            case .now: stage.time.now
            case .at(let instant): instant
            case .after(let seconds): stage.time.now + .seconds(seconds)
            }
        let headers = post.headers.map { header in
            Scenario.Header(
                name: header.name,
                value: isSeveral ? header.value.map { Self.numbered($0, number) } : header.value)
        }
        let body =
            isSeveral
            ? Array(Self.numbered(String(decoding: post.body, as: UTF8.self), number).utf8)
            : post.body
        return try PartnerMessage(
            body, for: post.source,
            PartnerMessage.Making(
                time: time, id: post.eventID.map { Self.numbered($0, number) },
                usualID: "scenario-\(step)", headers: headers, tampering: post.tampering,
                secret: post.secret))
    }

    /// Replaces `{n}` by the number of a post among several.
    private static func numbered(_ text: String, _ number: Int) -> String {
        guard text.contains("{n}") else { return text }
        var parts = text.split(separator: "{n}", omittingEmptySubsequences: false)[...]
        var result = String(parts.removeFirst())
        for part in parts { result += "\(number)" + part }
        return result
    }

    // MARK: Why

    /// Returns the explanations of the decisions behind differing responses, at most a few; for a
    /// refusal its own text.
    private func explain(
        _ answers: [GatewayResponse], _ expectation: Scenario.Expectation
    ) throws -> String? {
        var numbers: [Int64] = []
        for answer in answers {
            let events = answer.json?["events"].map { Array($0.elements) } ?? []
            numbers += ([answer.event] + events.map { $0["event"]?.int }).compactMap(\.self)
        }
        var seen: Set<Int64> = []
        let distinct = numbers.filter { seen.insert($0).inserted }
        guard !distinct.isEmpty else {
            return answers.last.map { answer in
                "\(answer.status) " + (answer.json.map(Pattern.text) ?? "not JSON")
            }
        }
        var texts: [String] = []
        for number in distinct.prefix(3) { texts.append(try stage.explanation(ofEvent: number)) }
        if distinct.count > 3 { texts.append("… and \(distinct.count - 3) more events\n") }
        return texts.joined(separator: "\n")
    }

    // MARK: Deliveries

    private mutating func compare(
        _ expected: [Scenario.ExpectedDelivery]
    ) throws -> [Difference] {
        let queued = try stage.deliveries()
        defer { seenDeliveries = queued.count }
        guard !expected.isEmpty else {
            let new = queued[min(seenDeliveries, queued.count)...]
            guard !new.isEmpty else { return [] }
            return [Difference("deliveries", expected: "none", got: Self.list(Array(new)))]
        }
        var differences: [Difference] = []
        for wanted in expected {
            let match = queued.indices.first { index in
                !expectedDeliveries.contains(index) && wanted.matches(queued[index])
            }
            if let match {
                expectedDeliveries.insert(match)
            } else {
                differences.append(
                    Difference("deliveries", expected: wanted.words, got: Self.list(queued)))
            }
        }
        return differences
    }

    private static func list(_ deliveries: [StagedDelivery]) -> String {
        deliveries.isEmpty ? "none" : deliveries.map(\.words).joined(separator: "; ")
    }
}

extension Scenario.ExpectedDelivery {
    fileprivate func matches(_ delivery: StagedDelivery) -> Bool {
        if let webhook, delivery.webhook != webhook { return false }
        if let type, delivery.type != type { return false }
        guard let data else { return true }
        return Pattern.differences(data, delivery.data, "").isEmpty
    }

    fileprivate var words: String {
        [
            type ?? "any", webhook.map { "to \($0)" }, data.map { "with \(Pattern.text(of: $0))" },
        ].compactMap(\.self).joined(separator: " ")
    }
}

extension StagedDelivery {
    fileprivate var words: String {
        "\(type) to \(webhook)" + (data.map { " with \(Pattern.text(of: $0))" } ?? "")
    }
}
