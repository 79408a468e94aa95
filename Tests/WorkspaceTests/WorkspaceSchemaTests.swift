import Foundation
import Reading
import Schemas
import TestSupport
import Testing
import Workspace

/// The schema of the workspace file and its reader agree: each value of a list is put in the place of each
/// member of a workspace that has all of them.
@Suite struct WorkspaceSchemaTests {
    private static var validator: SchemaValidator { SchemaValidator(schema) }

    nonisolated(unsafe) private static let schema: [String: Any] = {
        let bytes = WorkspaceFile.schema.document(titled: "workspace")
        return (try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]) ?? [:]
    }()

    /// Values of each type, small and great, short and long.
    nonisolated(unsafe) private static let probes: [Any] = [
        NSNull(), true, 0, -1, 1, 1.5, 99_999_999_999_999, "", "x", "paid", "PT1H", "tab\u{1}tab",
        String(repeating: "x", count: 10_000), [Any](), ["x", "x"], [1], [String: Any](),
        ["zzz": 1],
    ]

    @Test func `a workspace with all members follows the schema`() throws {
        let workspace = try Self.workspace()
        #expect(Self.validator.faults(of: workspace, against: Self.schema) == [])
        #expect(try Self.mistakes(in: workspace) == [])
    }

    @Test func `schema and reader agree on a value in the place of each member`() throws {
        let workspace = try Self.workspace()
        var compared = 0
        for path in Self.paths(in: workspace) {
            for probe in Self.probes {
                let changed = Self.replacing(path, in: workspace, with: probe)
                try compare(changed, "\(path) = \(String("\(probe)".prefix(40)))")
                compared += 1
            }
            try compare(Self.replacing(path, in: workspace, with: nil), "\(path) removed")
        }
        #expect(compared > 1000)
    }

    /// What the schema refuses the reader refuses; what the reader refuses for its type, its range or its
    /// length the schema refuses.
    private func compare(_ workspace: Any, _ change: String) throws {
        let faults = Self.validator.faults(of: workspace, against: Self.schema)
        let mistakes = try Self.mistakes(in: workspace)
        if mistakes.isEmpty {
            #expect(faults == [], "the schema alone refuses \(change)")
        } else if mistakes.contains(where: Self.isSayable) {
            #expect(faults != [], "the reader alone refuses \(change): \(mistakes)")
        }
    }

    private static func isSayable(_ fault: Fault) -> Bool {
        switch fault {
        case .wrongType, .notAmong, .outOfRange, .empty, .emptyList, .tooMany, .controlCharacter:
            true
        case .unknown(_, .member, _): true
        case .tooLong: true
        default: false
        }
    }

    private static func mistakes(in workspace: Any) throws -> [Fault] {
        let bytes = Array(try JSONSerialization.data(withJSONObject: workspace))
        do {
            _ = try WorkspaceFile.read(bytes)
            return []
        } catch {
            return error.list.map(\.fault)
        }
    }

    // MARK: Places

    /// The paths of all members and elements below a value.
    private static func paths(in value: Any) -> [[String]] {
        if let object = value as? [String: Any] {
            return object.keys.sorted().flatMap { name in
                [[name]] + paths(in: object[name] ?? NSNull()).map { [name] + $0 }
            }
        }
        guard let list = value as? [Any] else { return [] }
        return list.enumerated().flatMap { index, element in
            [["\(index)"]] + paths(in: element).map { ["\(index)"] + $0 }
        }
    }

    private static func replacing(
        _ path: [String], in value: Any, with new: Any?
    ) -> Any {
        guard let name = path.first else { return new ?? NSNull() }
        let rest = Array(path.dropFirst())
        if var object = value as? [String: Any] {
            object[name] =
                rest.isEmpty ? new : replacing(rest, in: object[name] ?? NSNull(), with: new)
            return object
        }
        guard var list = value as? [Any], let index = Int(name) else { return value }
        if rest.isEmpty {
            if let new { list[index] = new } else { list.remove(at: index) }
        } else {
            list[index] = replacing(rest, in: list[index], with: new)
        }
        return list
    }

    private static func workspace() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    private static let text = """
        {"$schema": "workspace.schema.json",
         "account": {"name": "Acme", "plan": "paid"},
         "campaigns": [
          {"id": 7, "name": "Spring", "owner": "ops", "kind": "referral", "status": "active",
           "publish": "public", "goal_type": "purchase", "goal_threshold": 3, "conversions": "every",
           "link_base": "https://example.com/r/", "starts_at": "2026-01-01T00:00:00Z",
           "ends_at": "2027-01-01T00:00:00Z", "conditions": ["event.amount >= 5000"],
           "risk": {"self_referral": "alias", "velocity": {"count": 5, "window": 60},
                    "min_seconds_since_join": 60, "disposable_email": ["junk.example"],
                    "blocklist": ["evil.example"]},
           "attribution_days": 30, "review": "never", "hold_days": 14,
           "rewards": [
            {"beneficiary": "referrer", "kind": "cash", "value": {"amount": 5, "currency": "USD"},
             "cap": {"count": 1, "per": "referrer", "window": "total"}, "budget": 500},
            {"kind": "credit", "value": {"percent": 12.5, "max": 200}},
            {"kind": "coupon", "on_empty_pool": "skip"},
            {"kind": "points", "value": {"points": 5}}, {"kind": "custom", "value": {"text": "T"}}],
           "coupons": ["A", "B"]}],
         "participants": [
          {"id": "one", "campaign": 7, "email": "a@example.com", "first_name": "A",
           "referral_code": "AAA", "source": "page", "customer": "c-1", "status": "active"},
          {"campaign": 7, "email": "b@example.com", "referral_code": "BBB", "referred_by": "AAA"}],
         "sources": [
          {"id": "shop", "name": "Shop", "preset": "generic", "scheme": "hmac",
           "signature": {"header": "X-Sign", "prefix": null}, "tolerance": 300, "code_of": "lead",
           "campaign": 7, "each": "payload.items", "filter": "true",
           "mapping": {"event_id": "payload.id", "business_key": ["payload.order"]},
           "on_unmapped": "keep", "url": "https://example.com/hook", "status": "active",
           "secrets": ["0123456789abcdef0123456789abcdef",
                       {"secret": "fedcba9876543210fedcba9876543210",
                        "expires_at": "2026-06-01T00:00:00Z"}]}],
         "webhooks": [
          {"name": "crm", "url": "https://example.com/in", "method": "PUT",
           "events": ["reward.issued", "signup.position_changed"], "user_sources": ["page"],
           "headers": {"X-One": "1"}, "campaign": 7, "dialect": "standard",
           "retry": {"delays": [60, "5m"], "jitter": 10}, "shifts": "all", "status": "paused",
           "credentials": {"X-Key": "k"},
           "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}
        """
}
