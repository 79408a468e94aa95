import Invocation
import JSON
import Scenarios

/// The results of replayed payloads: each one, and the number of each kind.
struct ReplaySummary {
    /// One response, or one item of a list.
    fileprivate struct Line {
        let file: String
        let status: Int
        let word: String
        let event: Int64?
        let reasons: [String]
    }

    private let sent: Int
    private let lines: [Line]
    /// True if every response is one that a partner should get.
    let isAsExpected: Bool

    init(_ payloads: [RecordedPayload], _ answers: [GatewayResponse]) {
        sent = answers.count
        isAsExpected = answers.allSatisfy { $0.status == 200 || $0.status == 422 }
        lines = zip(payloads, answers).flatMap { payload, answer in
            let file = payload.file
            guard let items = answer.json?["events"], answer.status == 200 else {
                return [Line(file: file, status: answer.status, json: answer.json)]
            }
            return items.elements.map { item in
                Line(file: file, status: item["status"]?.int.map { Int($0) } ?? 200, json: item)
            }
        }
    }

    private var counts: [(word: String, count: Int)] {
        lines.reduce(into: [:]) { $0[$1.word, default: 0] += 1 }
            .map { (word: $0.key, count: $0.value) }.sorted { $0.word < $1.word }
    }

    func print(_ context: Context) {
        for line in lines {
            let reasons = line.reasons.isEmpty ? "" : " (\(line.reasons.joined(separator: ", ")))"
            context.line("\(line.file): \(line.status) \(line.word)\(reasons)")
        }
        context.line()
        for (word, count) in counts { context.line("\(count) \(word)") }
        context.line("\(sent) payloads, \(lines.count) events")
        for hint in hints { context.line(hint) }
    }

    /// Suggestions for refusals that indicate a gateway with other sources than the workspace.
    private var hints: [String] {
        let statuses = Set(lines.map(\.status))
        var hints: [String] = []
        if statuses.contains(404) {
            hints.append(
                "The gateway does not have all of these sources; declare them with refgate apply"
                    + " WORKSPACE.")
        }
        if statuses.contains(401) {
            hints.append(
                "A source has another secret than the workspace; give the gateway's workspace with"
                    + " --workspace."
            )
        }
        return hints
    }

    /// Writes `{"sent", "events", "outcomes": {…}, "answers": [{"file", "status", "outcome",
    /// "event", "reasons"}]}`; refused payloads are counted by their code.
    func writeJSON(_ context: Context) {
        var json = Writer()
        json.beginObject()
        json.member("sent", sent)
        json.member("events", lines.count)
        json.key("outcomes")
        json.beginObject()
        for (word, count) in counts {
            json.member(word, count)
        }
        json.endObject()
        json.list("answers", lines) { $0.write(to: &$1) }
        json.endObject()
        context.json(json.bytes)
    }
}

extension ReplaySummary.Line {
    fileprivate init(file: String, status: Int, json: Value?) {
        self.init(
            file: file, status: status,
            word: json?["outcome"]?.string.flatMap { status == 200 ? $0 : nil }
                ?? json?["code"]?.string ?? "status \(status)",
            event: json?["event"]?.int,
            reasons: json?["reasons"].map { $0.elements.compactMap(\.string) } ?? [])
    }

    fileprivate func write(to json: inout Writer) {
        json.beginObject()
        json.member("file", file)
        json.member("status", status)
        json.member(status == 200 ? "outcome" : "code", word)
        json.member("event", event)
        json.member("reasons", reasons)
        json.endObject()
    }
}
