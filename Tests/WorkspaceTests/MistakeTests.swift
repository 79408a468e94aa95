import JSON
import Reading
import Testing
import Workspace

@Suite struct MistakeTests {
    private func report(_ text: String) -> String {
        do {
            _ = try WorkspaceFile.read(Array(text.utf8), file: "w.json")
            return ""
        } catch {
            return error.description
        }
    }

    @Test func `a mistake shows its line, and a caret with the remedy`() {
        #expect(
            report("{\n  \"acount\": {\"name\": \"é\"}\n}") == """
                w.json:2:3: unknown member "acount"; known names are "account", "campaigns", \
                "participants", "sources", "webhooks", "tests"
                  "acount": •••
                  ^^^^^^^^ Did you mean "account"?
                1 mistake

                """)
    }

    @Test func `a long line is cut around the mistake`() {
        let report = report(
            #"{"account": {"name": "\#(String(repeating: "é", count: 190))", "plan": "gold", "#
                + #""pla": 1}, "campaigns": [], "participants": [],                      "a": 1}"#)
        #expect(report.contains("\n  …éééé"))
        #expect(report.contains("…\n"))
        for line in report.split(separator: "\n") { #expect(line.count < 200) }
    }

    @Test func `a text that is no JSON shows where it stops being JSON, and no secret`() {
        #expect(
            report(#"{"sources": [{"secrets": ["whsec_c2VjcmV0c2VjcmV0"],}]}"#) == """
                w.json:1:53: this is not JSON: expected a key in quotes
                  {"sources": [{"secrets": [•••],}]}
                                                 ^ Correct the text here; the text after it was not read.
                1 mistake

                """)
    }

    @Test func `a program gets place, pointer and words`() throws {
        let text = #"{"campaigns": [{"id": 1, "name": "A", "goal_type": "x", "a/b~": 1}]}"#
        do {
            _ = try WorkspaceFile.read(Array(text.utf8), file: "w.json")
            Issue.record("it must be refused")
        } catch {
            let mistake = try #require(error.list.first)
            #expect(mistake.pointer == "/campaigns/0/a~1b~0")
            #expect(mistake.line == 1)
            #expect(mistake.column == 57)
            var json = Writer()
            error.write(to: &json)
            let root = try Document(parsing: json.bytes).root
            #expect(root["mistakes"]?[0]?["pointer"]?.string == mistake.pointer)
            #expect(root["mistakes"]?[0]?["remedy"]?.string == "Remove it.")
        }
    }

    @Test func `what is missing has the pointer it would have`() {
        do {
            _ = try WorkspaceFile.read(Array(#"{"campaigns":[{},{"id":1}]}"#.utf8))
        } catch {
            #expect(
                error.list.map(\.pointer) == [
                    "/campaigns/0/id", "/campaigns/0/name", "/campaigns/0/goal_type",
                    "/campaigns/1/name", "/campaigns/1/goal_type",
                ])
        }
    }

    @Test func `no more mistakes are kept than a person can read, but all are counted`() {
        let rewards = String(repeating: "{},", count: 1500)
        let text = #"{"participants": [\#(rewards)0]}"#
        do {
            _ = try WorkspaceFile.read(Array(text.utf8))
            Issue.record("it must be refused")
        } catch {
            #expect(error.list.count == 1000)
            #expect(error.count == 3001)
        }
    }
}
