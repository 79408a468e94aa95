import Spelling
import Testing

@Suite struct NearestTests {
    @Test(arguments: [
        ("acount", "account"), ("Hold-Days", "hold_days"), ("goaltype", "goal_type"),
        ("rewrads", "rewards"),
    ]) func `the nearest name is offered`(typed: String, meant: String) {
        #expect(
            nearest(to: typed, in: ["account", "hold_days", "goal_type", "rewards"]) == meant)
    }

    @Test func `a name far from all is not guessed at`() {
        #expect(nearest(to: "colour", in: ["account", "campaigns", "id"]) == nil)
        #expect(nearest(to: "", in: ["id"]) == nil)
    }

    @Test func `one letter in place of another is no mistyped name`() {
        #expect(nearest(to: "x", in: ["y"]) == nil)
        #expect(nearest(to: "", in: ["y", ""]) == nil)
    }

    @Test func `of equally near names the first is offered`() {
        #expect(nearest(to: "bat", in: ["cat", "hat"]) == "cat")
    }

    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1),
        ("abcd", "abd", 1), ("abd", "abcd", 1), ("abcd", "abxd", 1), ("ca", "abc", 3),
        ("kitten", "sitting", 3),
    ]) func `the distance counts changes and exchanges of neighbours`(
        left: String, right: String, changes: Int
    ) {
        #expect(editDistance(Array(left.utf8), Array(right.utf8)) == changes)
    }
}
