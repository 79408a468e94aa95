import Foundation
import Invocation
import TestSupport
import Testing

/// `refgate backtest`, which reads, maps and decides on three threads.
@Suite struct BacktestCommandTests {
    private static let cash: [String: any Sendable] = [
        "kind": "cash", "value": ["amount": 500, "currency": "USD"] as [String: any Sendable],
        "cap": ["count": 1_000],
    ]

    @Test func `a known change is reported as exactly the expected set`() throws {
        let count = 1_500
        let declared = DeclaredWorkspace(
            campaign: ["conversions": "every"], rewards: [Self.cash], leads: 30, referrers: 3)
        try ScratchGateway.play(declared) { scene in
            let client = try scene.connect()
            for number in 0..<count {
                let posted = try client.post(
                    Message(
                        code: "LEAD-\(number % 30)", order: "o-\(number)", amount: 1000 + number),
                    id: "m-\(number)", from: scene.sender)
                try #require(posted.status == 200, "\(posted)")
            }
            let folder = try TestFolder()
            try folder.write(#"{"campaigns": [{"id": 1}]}"#, to: "same.json")
            try folder.write(
                #"{"campaigns": [{"id": 1, "conditions": ["event.amount % 7 != 0"]}]}"#,
                to: "draft.json")
            let before = try scene.database.content()
            let same = CommandRun(
                "backtest", "--rules", "\(folder.path)/same.json", "--db", scene.database.path,
                "--json")
            try #require(same.code == .ok, "\(same.errors)")
            #expect(same.json["decided"] as? Int == count, "\(same.json)")
            #expect(same.json["changed"] as? Int == 0)
            let run = CommandRun(
                "backtest", "--rules", "\(folder.path)/draft.json", "--db", scene.database.path,
                "--json", "--limit", "5000")
            try #require(run.code == .ok, "\(run.errors)")
            let changed = (run.json["changes"] as? [[String: Any]] ?? [])
                .compactMap { $0["event"] as? Int }
            let expected = (0..<count).filter { (1000 + $0) % 7 == 0 }.map { $0 + 1 }
            #expect(changed == expected)
            let text = CommandRun(
                "backtest", "--rules", "\(folder.path)/draft.json", "--db", scene.database.path,
                "--limit", "2")
            #expect(
                text.output.contains("* rewarded -> rejected  \(expected.count)"), "\(text.output)")
            #expect(text.output.contains("\(expected.count - 2) more"), "\(text.output)")
            #expect(try scene.database.content() == before)
        }
    }

    @Test func `a draft without a campaign of the database is refused`() throws {
        let (folder, database) = (try TestFolder(), try ScratchDatabase())
        try database.apply(DeclaredWorkspace())
        try folder.write(
            #"{"campaigns": [{"id": 7, "name": "x", "owner": "o", "goal_type": "g"}]}"#,
            to: "a.json")
        let run = CommandRun(
            "backtest", "--rules", "\(folder.path)/a.json", "--db", database.path)
        #expect(run.code == .failed)
        #expect(run.errors.contains("no campaign 7"), "\(run.errors)")
    }
}
