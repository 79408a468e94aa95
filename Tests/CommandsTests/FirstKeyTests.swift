import Foundation
import TestSupport
import Testing

/// The output of `serve` for a database without an API key.
@Suite struct FirstKeyTests {
    private func keyCount(_ database: ScratchDatabase) throws -> Int {
        try database.count("SELECT count(*) FROM api_keys")
    }

    @Test(.rows("S0-7"))
    func `a terminal is shown the first key once, and it opens the API at once`() throws {
        let database = try ScratchDatabase()
        let terminal = try PseudoTerminal()
        do {
            let gateway = try ServeProcess(database, output: terminal.channel)
            let key = try #require(terminal.line())
            #expect(key.contains(/^ref_live_[0-9a-f]{48}$/))
            let response = try gateway.connect().request(
                "GET", "/api/v1/campaigns", [("X-API-Key", key)])
            #expect(response.status == 200, "\(response)")
            #expect(try keyCount(database) == 1)
            #expect(!gateway.said.contains(key))
            gateway.terminate()
            #expect(gateway.waitForEnd() == 0)
        }
        let again = try ServeProcess(database, output: terminal.channel)
        again.terminate()
        #expect(again.waitForEnd() == 0)
        #expect(!terminal.hasMore)
        #expect(try keyCount(database) == 1)
    }

    @Test func `what is no terminal is shown the command, and no key is made`() throws {
        let database = try ScratchDatabase()
        let gateway = try ServeProcess(database, output: .pipe)
        gateway.terminate()
        #expect(gateway.waitForEnd() == 0)
        let said = gateway.output.rest()
        #expect(said.contains("refgate keys create --name NAME --db \(database.path)\n"))
        #expect(!said.contains("ref_live_"))
        #expect(try keyCount(database) == 0)
        #expect(try database.count("SELECT count(*) FROM accounts WHERE mode = 'live'") == 1)
        // Standard error has only the log: each line is JSON.
        for line in gateway.said.split(separator: "\n") {
            let log = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            #expect(log is [String: Any], "\(line)")
        }
    }

    @Test func `a gateway that cannot listen makes no key`() throws {
        let other = try ServeProcess(try ScratchDatabase())
        let database = try ScratchDatabase()
        let terminal = try PseudoTerminal()
        let run = try RefgateRun(
            ["serve", "--db", database.path, "--listen", "127.0.0.1:\(other.port)"],
            output: terminal.channel)
        #expect(run.status == 3, "\(run.errors)")
        #expect(run.errors.contains("cannot listen on 127.0.0.1:\(other.port)"))
        #expect(!terminal.hasMore)
        #expect(try keyCount(database) == 0)
    }

    @Test func `a gateway serves on where the reader of its output has gone`() throws {
        let database = try ScratchDatabase()
        let gateway = try ServeProcess(database, output: .brokenPipe)
        #expect(try gateway.connect().request("GET", "/healthz").status == 200)
        gateway.terminate()
        #expect(gateway.waitForEnd() == 0)
    }
}
