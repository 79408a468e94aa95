import TestSupport
import Testing
import Workspace

@Suite struct WorkspaceFileTests {
    @Test func `the smallest workspace declares nothing`() throws {
        let workspace = try workspace("{}")
        #expect(workspace.account == nil)
        #expect(workspace.campaigns.isEmpty)
        #expect(workspace.participants.count == 0)
    }

    @Test func `every mistake of a file is reported in one run, in its order`() {
        let text = """
            {"account": {"nam": "Acme", "plan": "gold"},
             "campaigns": [
               {"id": 1, "name": "A", "kind": "referal", "goal_type": "", "hold_days": -1,
                "starts_at": "2026-02-30T00:00:00Z", "rewards": [{"kind": "cash"}]},
               {"id": 1, "name": "B", "goal_type": 5, "cap": 1}],
             "participants": [
               {"campaign": 2, "email": "nobody"},
               {"campaign": 1, "email": "a@example.com", "referred_by": "NOBODY"},
               {"campaign": 1, "email": "A@example.com", "referral_code": "?"},
               {"campaign": 1}],
             "extra": true}
            """
        let expected = """
            w:1:13: member "name" is missing; it is required
            w:1:14: unknown member "nam"; known names are "name", "plan"
            w:1:37: found "gold"; allowed are "free", "paid"
            w:3:35: found "referal"; allowed are "referral", "waitlist"
            w:3:59: found an empty text; the text must not be empty
            w:3:76: found -1; allowed are 0 to 3650
            w:4:18: found "2026-02-30T00:00:00Z"; a time is written as in RFC 3339, such as \
            2026-11-21T07:00:00Z
            w:4:54: a reward of kind "cash" has no value; allowed are "amount", "amounts", "percent"
            w:5:11: campaign "1" is repeated, first in w:3; each campaign must be unique
            w:5:40: found a whole number; expected a text
            w:5:43: unknown member "cap"; known names are "id", "name", "owner", "kind", \
            "status", "publish", "goal_type", "goal_threshold", "conversions", "link_base", \
            "starts_at", "ends_at", "conditions", "risk", "attribution_days", "review", \
            "hold_days", "rewards", "coupons"
            w:7:17: campaign "2" does not exist; a campaign must be declared in the workspace or \
            exist already
            w:7:29: found "nobody"; an e-mail address looks like "ada@example.com"
            w:8:61: referral code "NOBODY" does not exist; a referral code must be declared in the \
            workspace or exist already
            w:9:29: e-mail address "a@example.com" is repeated, first in w:8; each e-mail \
            address must be unique
            w:9:63: found "?"; a referral code has 1 to 64 letters, digits, '.', '_' and '-', \
            the first a letter or digit
            w:10:4: none of the members "email", "id", "referral_code" is present; one of them is \
            required
            w:11:2: unknown member "extra"; known names are "account", "campaigns", "participants", \
            "sources", "webhooks", "tests"
            """
        #expect(mistakes(in: text).joined(separator: "\n") == expected)
    }
}
