import TestSupport
import Testing

/// A referrer's own mailbox, spelled in other ways, earns nothing: by a partner's event and by the API.
@Suite struct MailboxTests {
    private static let spellings = [
        "anna@bücher.example", "ANNA@XN--BCHER-KVA.example", "anna@bu\u{308}cher.example.",
        "anna\u{FF20}bücher\u{3002}example", "mailto:anna@bücher.example",
        "Anna B <anna@bücher.example>", "\"anna\"@bücher.example", "anna(home)@bücher.example",
        "\u{A0}anna @ bücher.example\n", "\u{FF41}nna@bücher.ex\u{FF21}mple",
    ]

    private func declared(_ source: [String: Any] = [:]) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(coupons: 2, source: source)
        declared.participants[0]["email"] = "anna@bücher.example"
        return declared
    }

    @Test(arguments: spellings, ["lead", "referrer"])
    func `an event that names it is a self-referral`(_ spelling: String, _ codeOf: String) throws {
        try ScratchGateway.play(declared(["code_of": codeOf])) { scene in
            let code = codeOf == "lead" ? "LEAD-0" : "REF-0"
            let response = try scene.post(
                Message(code: code, order: "o1", email: spelling), id: "e1")
            #expect(response.status == 200, "\(response)")
            #expect(response.outcome == "rejected", "\(response)")
            #expect(response.reasons.contains("self_referral_email"), "\(response)")
            #expect(try scene.database.count("SELECT count(*) FROM rewards") == 0)
            #expect(try scene.database.count("SELECT count(*) FROM participants") == 2)
        }
    }

    @Test(arguments: spellings)
    func `a lead whom the API enrols under it is the referrer`(_ spelling: String) throws {
        try APIScene.play(declared()) { scene in
            let response = try scene.ask(
                "POST", "participants",
                ["campaign": 1, "email": spelling, "referred_by": "REF-0"])
            #expect((400..<500).contains(response.status), "\(response)")
            #expect(try scene.gateway.database.count("SELECT count(*) FROM participants") == 2)
            #expect(
                try scene.gateway.database.count(
                    "SELECT count(*) FROM participants WHERE referred_by = id") == 0)
        }
    }
}
