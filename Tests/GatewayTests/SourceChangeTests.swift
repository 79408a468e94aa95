import Foundation
import TestSupport
import Testing

/// A source that another process changes after a loop has read a message with its former
/// declaration, and before the writer processes it.
@Suite struct SourceChangeTests {
    /// Posts a message that the loop reads before it knows the change, and the writer after that:
    /// the writer takes in the changes of others at the start of each transaction, the loops only
    /// from the writer. The gateway's clock stands still, so the writer does not look by itself.
    private func post(
        _ message: Message, _ declared: DeclaredWorkspace,
        while change: (ScratchGateway) throws -> Void,
        then check: (ScratchGateway, ServerResponse) throws -> Void
    ) throws {
        try ScratchGateway.play(declared) { scene in
            scene.time.stand()
            try scene.runHousekeeping()
            try change(scene)
            let response = try scene.post(message, id: "1")
            try check(scene, response)
        }
    }

    private func apply(
        _ source: [String: Any], to declared: DeclaredWorkspace
    ) -> (ScratchGateway) throws -> Void {
        var changed = declared
        changed.sources = [DeclaredWorkspace.shop(source)]
        return { [changed] scene in try scene.apply(changed) }
    }

    /// The version of the source that the first event names, and the newest one.
    private func versions(_ scene: ScratchGateway) throws -> [String] {
        try scene.database.rows(
            """
            SELECT e.source_version || '/' || max(v.version) FROM events e
            JOIN source_versions v ON v.source = e.source GROUP BY e.id
            """)
    }

    @Test(
        arguments: [
            ["mapping": ["business_key": "payload.type + '-' + payload.data.order_id"]],
            ["mapping": ["referral_code": "payload.data.no_such_member"]],
            ["mapping": ["test": "true"]], ["filter": "false"],
            ["code_of": "referrer"], ["each": "[payload, payload]"],
        ] as [[String: any Sendable]])
    func `a message is decided by the declaration with which it was read`(
        _ change: [String: any Sendable]
    ) throws {
        let declared = DeclaredWorkspace(coupons: 1)
        try post(
            Message(code: "LEAD-0", order: "7"), declared, while: apply(change, to: declared)
        ) { scene, response in
            try #require(response.status == 200, "\(response)")
            #expect(response.outcome == "rewarded", "\(response)")
            #expect(try versions(scene) == ["1/2"])
        }
    }

    @Test func `a message read while its source was active waits if the source was paused`() throws
    {
        let declared = DeclaredWorkspace(coupons: 1)
        let paused = apply(
            ["status": "paused", "mapping": ["business_key": "'k'"]], to: declared)
        try post(Message(code: "LEAD-0", order: "7"), declared, while: paused) { scene, response in
            try #require(response.status == 200, "\(response)")
            #expect(response.outcome == "parked")
            #expect(response.reasons == ["source_paused"])
        }
    }

    @Test func `a message read while its source was paused is decided if the source was resumed`()
        throws
    {
        var declared = DeclaredWorkspace(coupons: 1, source: ["status": "paused"])
        declared.sources = [DeclaredWorkspace.shop(["status": "paused"])]
        let resumed = apply(["status": "active", "code_of": "lead"], to: declared)
        try post(Message(code: "LEAD-0", order: "7"), declared, while: resumed) { scene, response in
            try #require(response.status == 200, "\(response)")
            #expect(response.outcome == "rewarded", "\(response)")
        }
    }

    @Test func `a message read before its source was deleted is decided`() throws {
        let declared = DeclaredWorkspace(coupons: 1)
        let change = apply(["mapping": ["business_key": "'k'"]], to: declared)
        let delete: (ScratchGateway) throws -> Void = { scene in
            try change(scene)
            try scene.database.execute("UPDATE sources SET deleted_at = 1")
        }
        try post(Message(code: "LEAD-0", order: "7"), declared, while: delete) { scene, response in
            try #require(response.status == 200, "\(response)")
            #expect(response.outcome == "rewarded", "\(response)")
        }
    }
}
