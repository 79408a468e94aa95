import TestSupport
import Testing

/// Rewards of `every`: only each n-th approved conversion earns one.
@Suite struct MilestoneTests {
    private func points(_ every: Int, _ changes: [String: Any] = [:]) -> [[String: Any]] {
        [["kind": "points", "value": ["points": 50], "every": every].merging(changes) { $1 }]
    }

    private func buy(_ scene: ScratchGateway, _ lead: Int) throws -> ServerResponse {
        try scene.post(Message(code: "LEAD-\(lead)", order: "o\(lead)"), id: "m\(lead)")
    }

    private func refund(_ scene: ScratchGateway, _ lead: Int, _ id: String) throws {
        let answer = try scene.post(Message("refund", order: "o\(lead)"), id: id)
        #expect(answer.outcome == "reversed")
    }

    private func rewards(_ scene: ScratchGateway) throws -> [String] {
        try scene.database.rows(
            "SELECT (id / 16) || ' ' || status FROM rewards ORDER BY id")
    }

    @Test func `each n-th conversion earns a reward, and the others say why not`() throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: points(2), leads: 5)) { (scene) throws in
            let answers = try (0..<5).map { try buy(scene, $0) }
            #expect(
                answers.map(\.outcome) == [
                    "qualified", "rewarded", "qualified", "rewarded", "qualified",
                ])
            #expect(answers[0].reasons == ["milestone_not_reached"])
            #expect(try rewards(scene) == ["2 issued", "4 issued"])
            #expect(
                try scene.database.rows("SELECT slot FROM milestones ORDER BY slot") == ["2", "4"])
        }
    }

    @Test func `a refund takes the reward back, and the next conversion earns it again`() throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: points(3), leads: 6)) { (scene) throws in
            for lead in 0..<3 { #expect(try buy(scene, lead).status == 200) }
            #expect(try rewards(scene) == ["3 issued"])
            // The first conversion is refunded, not the one that carries the reward.
            try refund(scene, 0, "r0")
            #expect(try rewards(scene) == ["3 revoked"])
            #expect(
                try scene.database.rows("SELECT reasons FROM rewards") == ["milestone_not_reached"])
            #expect(try buy(scene, 3).outcome == "rewarded")
            #expect(try buy(scene, 4).outcome == "qualified")
            // Four are left: the multiple stays reached.
            try refund(scene, 3, "r3")
            #expect(try rewards(scene).filter { $0.hasSuffix("issued") }.count == 1)
        }
    }

    @Test func `a reinstated conversion counts anew, and its old reward stays revoked`() throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: points(2), leads: 4)) { (scene) throws in
            for lead in 0..<2 { #expect(try buy(scene, lead).status == 200) }
            try refund(scene, 1, "r1")
            let back = try scene.post(Message("reinstate", order: "o1"), id: "b1")
            #expect(back.outcome == "rewarded")
            #expect(try rewards(scene) == ["2 revoked", "2 issued"])
            #expect(try buy(scene, 1).outcome == "rewarded")
            try refund(scene, 0, "r0")
            #expect(try rewards(scene) == ["2 revoked", "2 revoked"])
            #expect(try buy(scene, 2).outcome == "rewarded")
            #expect(try rewards(scene) == ["2 revoked", "2 revoked", "6 issued"])
            // A second conversion comes back: three are approved, which is no multiple.
            #expect(
                try scene.post(Message("reinstate", order: "o0"), id: "b0").outcome
                    == "qualified")
            #expect(try buy(scene, 3).outcome == "rewarded")
        }
    }

    @Test func `a used reward goes to review and keeps its multiple`() throws {
        let declared = DeclaredWorkspace(rewards: points(2), leads: 3)
        try APIScene.play(declared) { (scene) throws in
            for lead in 0..<2 { #expect(try buy(scene.gateway, lead).status == 200) }
            #expect(try scene.ask("POST", "rewards/32/redeem", [:]).status == 200)
            try refund(scene.gateway, 0, "r0")
            #expect(try rewards(scene.gateway) == ["2 in_review"])
            let again = try buy(scene.gateway, 2)
            #expect(again.outcome == "qualified")
            #expect(again.reasons == ["already_rewarded"])
            #expect(try rewards(scene.gateway) == ["2 in_review"])
            #expect(try scene.ask("POST", "rewards/32/approve", [:]).status == 200)
            #expect(try rewards(scene.gateway) == ["2 redeemed"])
        }
    }

    @Test func `a reviewed conversion is counted when it is approved`() throws {
        let declared = DeclaredWorkspace(
            campaign: ["review": "event.amount >= 500"],
            rewards: points(2, ["when": "event.amount < 900"]), leads: 6)
        try APIScene.play(declared) { (scene) throws in
            func post(_ lead: Int, _ amount: Int) throws -> ServerResponse {
                try scene.gateway.post(
                    Message(code: "LEAD-\(lead)", order: "o\(lead)", amount: amount),
                    id: "m\(lead)")
            }
            func approve(_ conversion: Int) throws {
                let answer = try scene.ask("POST", "conversions/\(conversion)/approve", [:])
                #expect(answer.status == 200)
            }
            #expect(try post(0, 600).outcome == "held")
            #expect(try post(1, 100).reasons == ["milestone_not_reached"])
            #expect(try rewards(scene.gateway) == [])
            try approve(1)
            #expect(try rewards(scene.gateway) == ["1 issued"])
            #expect(try post(0, 600).outcome == "rewarded")
            // The condition was decided with the event: it passes this multiple over.
            #expect(try post(2, 100).outcome == "qualified")
            #expect(try post(3, 950).outcome == "held")
            try approve(4)
            #expect(try rewards(scene.gateway) == ["1 issued"])
            // Marked as fraud, it counts no longer.
            #expect(try scene.ask("POST", "conversions/1/fraud", [:]).status == 200)
            #expect(try rewards(scene.gateway) == ["1 revoked"])
        }
    }

    @Test func `a multiple that a cap refuses is passed over`() throws {
        let rules = points(2, ["cap": ["count": 1, "per": "campaign"]])
        try ScratchGateway.play(DeclaredWorkspace(rewards: rules, leads: 6)) { (scene) throws in
            let answers = try (0..<4).map { try buy(scene, $0) }
            #expect(answers[1].outcome == "rewarded")
            #expect(answers[3].reasons == ["cap_reached"])
            try refund(scene, 0, "r0")
            try refund(scene, 1, "r1")
            try refund(scene, 2, "r2")
            // One is left. The next one reaches two again.
            #expect(try buy(scene, 4).outcome == "rewarded")
        }
    }

    @Test func `another number makes nothing due, and gives nothing twice`() throws {
        try ScratchGateway.play(DeclaredWorkspace(rewards: points(4), leads: 8)) { (scene) throws in
            for lead in 0..<4 { #expect(try buy(scene, lead).status == 200) }
            try scene.apply(DeclaredWorkspace(rewards: points(2), leads: 8))
            try scene.runHousekeeping()
            #expect(try rewards(scene) == ["4 issued"])
            #expect(try buy(scene, 4).reasons == ["milestone_not_reached"])
            #expect(try buy(scene, 5).outcome == "rewarded")
            for lead in [0, 1, 2] { try refund(scene, lead, "r\(lead)") }
            // Three are left: both are below.
            #expect(try rewards(scene) == ["4 revoked", "6 revoked"])
            #expect(try buy(scene, 6).outcome == "rewarded")
        }
    }

    @Test func `a lead's own conversions are counted for the lead's reward`() throws {
        let declared = DeclaredWorkspace(
            campaign: ["conversions": "every"], rewards: points(2, ["beneficiary": "lead"]),
            leads: 2)
        try ScratchGateway.play(declared) { (scene) throws in
            func post(_ lead: Int, _ order: String) throws -> ServerResponse {
                try scene.post(Message(code: "LEAD-\(lead)", order: order), id: order)
            }
            let first = try post(0, "a")
            #expect(first.outcome == "qualified")
            #expect(try post(1, "b").outcome == "qualified")
            #expect(try post(0, "c").outcome == "rewarded")
            #expect(try post(0, "d").outcome == "qualified")
            #expect(try scene.post(Message("refund", order: "a"), id: "r").outcome == "reversed")
            #expect(try rewards(scene) == ["3 issued"])
            #expect(try scene.post(Message("refund", order: "d"), id: "s").outcome == "reversed")
            #expect(try rewards(scene) == ["3 revoked"])
            #expect(try post(0, "e").outcome == "rewarded")
        }
    }

    @Test func `a share of a refunded conversion shrinks, and is revoked at its full refund`()
        throws
    {
        let rules: [[String: Any]] = [["kind": "cash", "value": ["percent": 10], "every": 2]]
        try ScratchGateway.play(DeclaredWorkspace(rewards: rules, leads: 3)) { (scene) throws in
            for lead in 0..<3 {
                #expect(
                    try scene.post(
                        Message(code: "LEAD-\(lead)", order: "o\(lead)", amount: 1000),
                        id: "m\(lead)"
                    ).status == 200)
            }
            #expect(try rewards(scene) == ["2 issued"])
            let half = Message("refund", order: "o1", amount: 500)
            #expect(try scene.post(half, id: "h").outcome == "reversed")
            #expect(
                try scene.database.rows("SELECT amount FROM ledger") == ["-50"])
            #expect(try scene.post(half, id: "i").outcome == "reversed")
            #expect(try rewards(scene) == ["2 revoked"])
        }
    }

    @Test func `fifty sockets reach each multiple once`() throws {
        let rules = points(5, ["cap": [["count": 4], ["count": 9, "per": "campaign"]]])
        let declared = DeclaredWorkspace(rewards: rules, leads: 50)
        try ScratchGateway.play(declared) { (scene) throws in
            let (port, sender) = (scene.port, scene.sender)
            let answers = try crowd(of: 50) { _ in
                try Client(port: port, isGateway: true)
            } then: { index, client in
                try client.post(
                    Message(code: "LEAD-\(index)", order: "o\(index)"), id: "m\(index)",
                    from: sender)
            }
            #expect(answers.count { $0.outcome == "rewarded" } == 4)
            #expect(answers.count { $0.reasons == ["milestone_not_reached"] } == 40)
            #expect(answers.count { $0.reasons == ["cap_reached"] } == 6)
            #expect(
                try scene.database.rows("SELECT slot FROM milestones ORDER BY slot")
                    == ["5", "10", "15", "20"])
            let undone = try crowd(of: 50) { _ in
                try Client(port: port, isGateway: true)
            } then: { index, client in
                try client.post(
                    Message("refund", order: "o\(index)"), id: "r\(index)", from: sender)
            }
            #expect(undone.allSatisfy { $0.outcome == "reversed" })
            #expect(try scene.database.count("SELECT count(*) FROM milestones") == 0)
            #expect(
                try scene.database.count("SELECT count(*) FROM rewards WHERE status = 'revoked'")
                    == 4)
        }
    }
}
