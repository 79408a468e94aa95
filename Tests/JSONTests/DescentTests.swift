import Testing

@testable import JSON

@Suite struct DescentTests {
    private let text = #"{"a": {"b\u0063": {"d": 1, "é": [2]}}, "": {"x": null}, "n": 5}"#

    struct Way: Sendable {
        let keys: [String]
        let depth: Int
        let end: String

        init(_ keys: [String], _ depth: Int, _ end: String) {
            self.keys = keys
            self.depth = depth
            self.end = end
        }
    }

    static let ways: [Way] = [
        Way(["a", "bc", "d"], 3, "1"), Way(["a", "bc", "e"], 2, #"{"d": 1, "é": [2]}"#),
        Way(["a", "bc", "é"], 3, "[2]"), Way(["a", "bc", "é", "0"], 3, "[2]"),
        Way(["a", "bc", "e\u{301}"], 2, #"{"d": 1, "é": [2]}"#), Way(["", "x"], 2, "null"),
        Way(["", "x", "y"], 2, "null"), Way(["n", "x"], 1, "5"),
    ]

    @Test(arguments: ways) func `keys are followed as far as they lead`(_ way: Way) throws {
        let root = try Document(parsing: Array(text.utf8)).root
        var work = 0
        let end = root.descend(along: way.keys, work: &work)
        #expect(end.depth == way.depth)
        #expect(String(decoding: end.value.source, as: UTF8.self) == way.end)
        #expect(work == 0)
    }

    @Test func `a key that leads nowhere leaves one where one is`() throws {
        let root = try Document(parsing: Array(text.utf8)).root
        var work = 0
        #expect(root.descend(along: ["m"], work: &work).depth == 0)
        #expect(root.descend(along: [], work: &work).value.source.count == text.utf8.count)
    }

    @Test func `searching a large object is reported as work`() throws {
        let members = (0..<1000).map { "\"k\($0)\": {\"z\": 1}" }.joined(separator: ",")
        let root = try Document(parsing: Array("{\(members)}".utf8)).root
        var work = 0
        #expect(root.descend(along: ["k999", "z"], work: &work).depth == 2)
        #expect(work == 1000 / 128)
    }
}
