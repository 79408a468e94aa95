import Foundation
import TestSupport
import Testing

/// The versions of a campaign's rules over the API.
@Suite struct CampaignVersionTests {
    private func change(_ scene: APIScene, _ condition: String) throws {
        let changed = try scene.ask("PATCH", "campaigns/1", ["conditions": [condition]])
        #expect(changed.status == 200, "\(changed)")
    }

    @Test func `each change of a campaign makes a version, which stays as it was`() throws {
        try APIScene.play { scene in
            try change(scene, "event.amount >= 500")
            try change(scene, "event.amount >= 700")
            let list = try scene.get("campaigns/1/versions")
            #expect(list.status == 200, "\(list)")
            #expect(list.data.map { $0["version"] as? Int } == [3, 2, 1])
            #expect(list.data.map { $0["current"] as? Bool } == [true, false, false])
            let second = try scene.get("campaigns/1/versions/2")
            #expect(second.status == 200, "\(second)")
            #expect(second.json["conditions"] as? [String] == ["event.amount >= 500"])
            #expect(second.text("created_at")?.hasSuffix("Z") == true)
            let page = try scene.get("campaigns/1/versions?limit=2")
            #expect(page.data.count == 2)
            let next = try #require(page.text("next"))
            let rest = try scene.get("campaigns/1/versions?limit=2&cursor=\(next)")
            #expect(rest.data.map { $0["version"] as? Int } == [1])
        }
    }

    @Test func `two versions are compared, with amounts that they decide differently`() throws {
        try APIScene.play { scene in
            try change(scene, "event.amount >= 500")
            try change(scene, "event.amount >= 700")
            let diff = try scene.get("campaigns/1/diff?from=2&to=3")
            #expect(diff.status == 200, "\(diff)")
            let changes = try #require(diff.json["changes"] as? [[String: Any]])
            #expect(changes.map { $0["member"] as? String } == ["conditions/0"])
            #expect(changes.first?["from"] as? String == "event.amount >= 500")
            let differences = try #require(diff.json["differences"] as? [[String: Any]])
            let amounts = differences.compactMap {
                ($0["facts"] as? [String: Any])?["event.amount"] as? Int
            }
            #expect(!amounts.isEmpty && amounts.allSatisfy { 500..<700 ~= $0 }, "\(diff)")
            #expect(diff.text("caution")?.contains("no proof") == true)
            // The version in force is compared with the one before it by default.
            #expect(try scene.get("campaigns/1/diff").body == diff.body)
        }
    }

    @Test func `a version that does not exist is 404`() throws {
        try APIScene.play { scene in
            for path in [
                "1/versions/9", "1/versions/9223372036854775807", "1/diff?from=1&to=9",
                "9/versions",
                "1/diff?from=1&to=9223372036854775807",
            ] {
                let answer = try scene.get("campaigns/\(path)")
                #expect(answer.status == 404, "\(path): \(answer)")
            }
        }
    }
}
