import Foundation
import TestSupport
import Testing

/// Characters that a terminal would obey, or that hide others, in what partners send and in what they are
/// answered.
@Suite struct HiddenFieldTests {
    private static let hidden = ["\u{1B}[2J", "\u{202E}", "\u{200B}", "\u{9B}31m", "\u{2066}"]

    private func body(_ data: [String: Any], type: String = "purchase") throws -> String {
        let json = try JSONSerialization.data(withJSONObject: ["type": type, "data": data])
        return String(decoding: json, as: UTF8.self)
    }

    @Test(arguments: ["referral_code", "order_id", "customer", "email", "goal"], hidden)
    func `in what identifies something they are refused, and the event is kept`(
        _ member: String, _ hidden: String
    ) throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            let client = try scene.connect()
            var data: [String: Any] = ["referral_code": "LEAD-0", "order_id": "o1"]
            if member != "goal" { data[member] = "a\(hidden)b@example.com" }
            let type = member == "goal" ? "pur\(hidden)chase" : "purchase"
            let response = try client.post(body(data, type: type), id: "e1", from: scene.sender)
            #expect(response.status == 422, "\(response)")
            #expect(response.code == "mapping_type_error")
            let field = member == "order_id" ? "business_key" : member
            #expect(response.detail?.contains(field) == true, "\(response)")
            #expect(!response.text.contains(hidden))
            #expect(
                try scene.database.rows("SELECT outcome, reasons FROM events", columns: 2)
                    == ["unmapped|mapping_type_error"])
            #expect(try scene.database.count("SELECT count(*) FROM conversions") == 0)
        }
    }

    @Test(arguments: hidden) func `they are dropped from a first name`(_ hidden: String) throws {
        try ScratchGateway.play(
            DeclaredWorkspace(coupons: 1, source: ["code_of": "referrer"])
        ) { scene in
            let body = try body([
                "referral_code": "REF-0", "email": "new@example.com", "first_name": "E\(hidden)va",
            ])
            let response = try scene.connect().post(body, id: "e1", from: scene.sender)
            #expect(response.status == 200 && response.outcome == "rewarded", "\(response)")
            let name = try scene.database.rows(
                "SELECT first_name FROM participants WHERE email = 'new@example.com'")
            #expect(name == ["E" + hidden.filter { $0.isASCII && $0 != "\u{1B}" } + "va"])
        }
    }

    @Test func `the API answers rows of an earlier release with JSON's escapes`() throws {
        try APIScene.play { scene in
            let name = "x\u{1B}[2J\u{202E}y\u{9B}31m\u{7F}"
            try scene.gateway.database.execute(
                """
                UPDATE participants SET first_name = 'x' || char(27) || '[2J' || char(8238) || 'y'
                    || char(155) || '31m' || char(127)
                """)
            for path in ["participants/1", "participants", "explain?code=LEAD-0"] {
                let response = try scene.get(path)
                #expect(response.status == 200, "\(response)")
                #expect(
                    !response.text.unicodeScalars.contains {
                        [.control, .format].contains($0.properties.generalCategory)
                    }, "\(path): \(response.text.debugDescription)")
            }
            #expect(try scene.get("participants/1").json["first_name"] as? String == name)
        }
    }
}
