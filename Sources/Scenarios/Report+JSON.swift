import JSON
import Reading

extension ScenarioReport {
    /// Writes `{"file", "name", "verdict", "milliseconds", "error", "mistakes", "steps": [{"step",
    /// "line", "title", "differences": [{"part", "expected", "got"}], "explanation"}]}`.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.member("file", file)
        json.member("name", name)
        json.member("verdict", verdict.rawValue)
        json.member(
            "milliseconds",
            duration.components.seconds * 1000
                + duration.components.attoseconds / 1_000_000_000_000_000)
        json.member("error", error)
        json.list("mistakes", mistakes?.list ?? []) { $0.write(to: &$1) }
        json.list("steps", steps) { $0.write(to: &$1) }
        json.endObject()
    }
}

extension StepReport {
    fileprivate func write(to json: inout Writer) {
        json.beginObject()
        json.member("step", number)
        json.member("line", line)
        json.member("title", title)
        json.list("differences", differences) { difference, json in
            json.object { json in
                json.member("part", difference.part)
                json.member("expected", difference.expected)
                json.member("got", difference.got)
            }
        }
        json.member("explanation", explanation)
        json.endObject()
    }
}
