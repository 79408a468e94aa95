import Foundation
import TestSupport
import Testing

/// Events of earlier versions of their campaign and their source, as one gateway explains them.
@Suite struct EarlierVersionTests {
    private let goals = ["purchase", "signup", "renewal"]

    private func declared(_ place: Int) -> DeclaredWorkspace {
        DeclaredWorkspace(
            campaign: ["goal_type": goals[place]], coupons: 5, leads: 3,
            source: ["mapping": ["amount": "payload.data.amount * \(place + 1)"]])
    }

    @Test func `an event is explained by the versions of its time after both were changed twice`()
        throws
    {
        try APIScene.play(declared(0)) { scene in
            for place in goals.indices {
                if place > 0 {
                    try scene.gateway.apply(declared(place))
                    try scene.gateway.runHousekeeping()
                }
                let message = Message(code: "LEAD-\(place)", order: "o-\(place)", amount: 1000)
                let outcome = try scene.gateway.post(message, id: "m\(place)").outcome
                #expect(outcome == (place == 0 ? "rewarded" : "rejected"))
                for earlier in 0...place { try expectVersion(of: earlier, scene) }
            }
        }
    }

    private func expectVersion(of place: Int, _ scene: APIScene) throws {
        let event = try scene.get("events/\(place + 1)")
        try #require(event.status == 200, "\(event)")
        let fields = try #require(event.json["fields"] as? [String: Any])
        #expect(fields["amount"] as? Int == 1000 * (place + 1))
        let explanation = try scene.get("explain?event=\(place + 1)")
        try #require(explanation.status == 200, "\(explanation)")
        for goal in goals.dropFirst() {
            #expect(
                explanation.text.contains("“\(goal)”") == (goal == goals[place]),
                "event \(place + 1), \(goal)")
        }
    }
}
