import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct KeysTests {
    @Test(.rows("S0-7"), arguments: [(["--test"], "test"), ([], "live")])
    func `a key is listed with its mode, as over HTTP`(_ more: [String], _ mode: String) throws {
        let database = try ScratchDatabase()
        let made = CommandRun(["keys", "create", "--name", "one", "--db", database.path] + more)
        #expect(made.code == .ok, "\(made.errors)")
        #expect(made.output.hasPrefix("ref_\(mode)_"))
        #expect(made.errors == "refgate: created the database \(database.path)\n")
        let second = CommandRun("keys", "create", "--name", "two", "--db", database.path)
        #expect(second.code == .ok)
        #expect(second.errors == "")
        let run = CommandRun("keys", "list", "--json", "--db", database.path)
        let list = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let key = try #require((list as? [[String: Any]])?.first)
        #expect(key["name"] as? String == "one")
        #expect(key["mode"] as? String == mode)
        #expect(key["prefix"] as? String == "ref_\(mode)_")
    }
}
