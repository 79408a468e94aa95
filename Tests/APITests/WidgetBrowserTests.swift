import Foundation
import Referrals
import TestSupport
import Testing

/// The script of the widget in a browser.
@Suite(
    .enabled(if: ForeignPackages.areToBeAsked),
    .enabled("chromium and chromedriver are not installed") {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")
            && FileManager.default.isExecutableFile(atPath: "/usr/bin/chromedriver")
    })
struct WidgetBrowserTests {
    private struct Shown: Decodable {
        struct SignUp: Decodable, Equatable {
            let campaign: Int
            let referral_code: String
        }

        let title: String
        let refuses: Bool
        let code: String
        let link: String
        let events: [SignUp]
        let remembered: String
        let rewards: [String]
        let again: String
        let other: String
        let log: [String]
    }

    @Test(.rows("S0-25", "S2-13"))
    func `a visitor signs up in Chromium, and finds their code again`() throws {
        let database = try ScratchDatabase()
        var declared = DeclaredWorkspace(
            campaign: [
                "goal_type": "signup", "link_base": "https://shop.example/join",
                "publish": "public",
            ],
            rewards: [
                [
                    "beneficiary": "lead", "kind": "credit",
                    "value": ["amount": 500, "currency": "USD"],
                ]
            ])
        declared.plan = "paid"
        try database.apply(declared)
        let process = try ServeProcess(database)
        defer { process.killAtOnce() }
        let key = try database.makeKey(scope: .publishable)
        let run = try ForeignPackages.run(
            "python",
            [
                ForeignPackages.path(of: "widget.py"),
                "http://127.0.0.1:\(process.port)/widget.html?campaign=1&key=\(key)", "REF-0",
            ], in: database.folder)
        try #require(run.status == 0, "\(run.output)")
        let last = try #require(run.output.split(separator: "\n").last)
        let shown = try JSONDecoder().decode(Shown.self, from: Data(last.utf8))
        #expect(shown.title == "Spring")
        #expect(shown.refuses)
        #expect(shown.link == "http://127.0.0.1:\(process.port)/r/\(shown.code)")
        #expect(shown.events == [.init(campaign: 1, referral_code: shown.code)])
        #expect(shown.remembered == shown.code)
        #expect(shown.rewards == ["credit $5.00 (issued)"])
        #expect(shown.again == "This address is signed up already.")
        #expect(shown.other != shown.code)
        #expect(shown.log == [])
        let rows = try database.rows(
            """
            SELECT p.first_name, r.referral_code, p.source FROM participants AS p
            LEFT JOIN participants AS r ON r.id = p.referred_by
            WHERE p.email = 'visitor@example.com'
            """, columns: 3)
        #expect(rows == ["<b>Vic</b>|REF-0|widget"])
    }
}
