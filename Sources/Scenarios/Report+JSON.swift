import JSON
import Workspace

extension ScenarioReport {
    /// `{"file", "name", "verdict", "milliseconds", "error", "mistakes", "steps": [{"step", "line", "title",
    /// "differences": [{"part", "expected", "got"}], "explanation"}]}`.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.key("file")
        json.string(file)
        json.key("name")
        if let name { json.string(name) } else { json.null() }
        json.key("verdict")
        json.string(verdict.rawValue)
        json.key("milliseconds")
        json.integer(
            duration.components.seconds * 1000
                + duration.components.attoseconds / 1_000_000_000_000_000)
        json.key("error")
        if let error { json.string(error) } else { json.null() }
        json.key("mistakes")
        json.beginArray()
        for mistake in mistakes?.list ?? [] { mistake.write(to: &json) }
        json.endArray()
        json.key("steps")
        json.beginArray()
        for step in steps { step.write(to: &json) }
        json.endArray()
        json.endObject()
    }
}

extension StepReport {
    fileprivate func write(to json: inout Writer) {
        json.beginObject()
        json.key("step")
        json.integer(number)
        json.key("line")
        json.integer(line)
        json.key("title")
        json.string(title)
        json.key("differences")
        json.beginArray()
        for difference in differences {
            json.beginObject()
            json.key("part")
            json.string(difference.part)
            json.key("expected")
            json.string(difference.expected)
            json.key("got")
            json.string(difference.got)
            json.endObject()
        }
        json.endArray()
        json.key("explanation")
        if let explanation { json.string(explanation) } else { json.null() }
        json.endObject()
    }
}
