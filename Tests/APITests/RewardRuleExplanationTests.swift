import Foundation
import TestSupport
import Testing

/// `explain` shows the checks of reward rules, with wanted and observed values and the remedy.
@Suite struct RewardRuleExplanationTests {
    @Test(arguments: [
        (#""when": "event.amount >= 5000""#, "when", "reward_condition_false"),
        (#""every": 3"#, "milestone", "milestone_not_reached"),
        (#""cap": [{"count": 9, "per": "campaign"}, {"count": 1}]"#, "cap", "already_rewarded"),
        (#""cap": [{"count": 9}, {"count": 1, "per": "campaign"}]"#, "cap", "cap_reached"),
        (
            #""cap": {"count": 9}, "hold_until": {"goal": "verified", "days": 3}"#, "hold_until",
            "held_until"
        ),
    ])
    func `a reward that a rule did not give names the check`(
        _ members: String, _ check: String, _ reason: String
    ) throws {
        let text = #"{"kind": "points", "value": {"points": 5}, \#(members)}"#
        let rule = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        try APIScene.play(DeclaredWorkspace(rewards: [rule], leads: 2)) { scene in
            for lead in 0..<2 {
                let posted = try scene.gateway.post(
                    Message(code: "LEAD-\(lead)", order: "o\(lead)", amount: 100), id: "e\(lead)")
                try #require(posted.status == 200, "\(posted)")
            }
            let explained = try scene.get("explain?event=2")
            try #require(explained.status == 200, "\(explained)")
            let event = try #require((explained.list("events") as [[String: Any]]).first)
            let checks = try #require(event["checks"] as? [[String: Any]])
            let failed = try #require(
                checks.first {
                    $0["check"] as? String == check && $0["outcome"] as? String == "fail"
                }, "\(checks)")
            #expect(failed["reason"] as? String == reason, "\(failed)")
            #expect(failed["expected"] != nil, "\(failed)")
            #expect(failed["observed"] != nil, "\(failed)")
            #expect((failed["sentence"] as? String)?.isEmpty == false, "\(failed)")
            #expect((failed["remedy"] as? String)?.isEmpty == false, "\(failed)")
        }
    }
}
