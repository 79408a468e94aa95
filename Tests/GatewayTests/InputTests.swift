import Foundation
import TestSupport
import Testing
import Time
import Transport

/// The table of inputs and answers, row by row, over a real socket. After each refusal the same connection
/// takes a good delivery, and nothing of the refused one is in the tables.
@Suite struct InputTests {
    /// Sends bytes that are refused, then a good delivery over the same connection.
    @discardableResult
    private func refused(
        _ scene: ScratchGateway, kept: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
        _ bytes: [UInt8]
    ) throws -> ServerResponse {
        let before = try scene.database.census()
        let client = try scene.connect()
        try client.write(bytes)
        let response = try client.read()
        var after = try scene.database.census()
        after["events", default: 0] -= kept
        #expect(after == before, sourceLocation: sourceLocation)
        let next = try client.post(Message(code: "LEAD-0"), id: "good", from: scene.sender)
        #expect(next.status == 200, sourceLocation: sourceLocation)
        return response
    }

    private func signed(
        _ scene: ScratchGateway, _ body: String, id: String = "msg_1"
    ) throws -> [UInt8] {
        try scene.sender.bytes(id: id, body: body)
    }

    @Test(.rows("S2-20", "S3-1", "S3-22")) func `a signed purchase is rewarded`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            let response = try scene.post(Message(code: "LEAD-0"), id: "msg_1")
            #expect(response.status == 200)
            #expect(response[field: "content-type"]?.hasPrefix("application/json") == true)
            #expect(response.json["received"] as? Bool == true)
            #expect(response.event == 1)
            #expect(response.outcome == "rewarded")
            #expect(response.reasons == [])
            #expect(response.conversion == 1)
            #expect(response.isDuplicate == false)
            let reward = try #require(response.rewards.first)
            #expect(reward["kind"] as? String == "coupon")
            #expect(reward["beneficiary"] as? String == "referrer")
            #expect(reward["status"] as? String == "issued")
            #expect(reward["reasons"] as? [String] == [])
        }
    }

    // MARK: Signatures

    @Test(arguments: [
        ("webhook-signature", "", "signature_missing"),
        ("webhook-id", "", "signature_missing"),
        ("webhook-timestamp", "", "signature_missing"),
        (
            "webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "signature_mismatch"
        ),
        ("webhook-id", "msg_2", "signature_mismatch"),
    ])
    func `a delivery without a good signature is 401 and leaves only a count`(
        _ field: String, _ value: String, _ code: String
    ) throws {
        try ScratchGateway.play { scene in
            let body = Array(Message(code: "LEAD-0").text.utf8)
            var fields = try scene.sender.fields(id: "msg_1", body: body)
            fields.removeAll { $0.name.lowercased() == field }
            if !value.isEmpty { fields.append((field, value)) }
            let response = try refused(
                scene, Client.bytes("POST", scene.sender.path, fields, body: body))
            #expect(response.status == 401)
            #expect(response.code == code)
            #expect(response.verdict != nil)
            #expect(response[field: "content-type"] == "application/problem+json")
        }
    }

    @Test func `a body changed by one bit is 401, and the right signature is not in the answer`()
        throws
    {
        try ScratchGateway.play { scene in
            var bytes = try signed(scene, Message(code: "LEAD-0").text)
            bytes[bytes.count - 1] ^= 1
            let response = try refused(scene, bytes)
            #expect(response.status == 401)
            #expect(response.code == "signature_mismatch")
            let body = Array(bytes.suffix(Message(code: "LEAD-0").text.utf8.count))
            let right = try scene.sender.fields(id: "msg_1", body: body)
                .first { $0.name == "webhook-signature" }?.value.dropFirst(3)
            #expect(!response.text.contains(try #require(right)))
        }
    }

    @Test(arguments: [-302, 302])
    func `a timestamp outside the tolerance is 401`(_ seconds: Int) throws {
        try ScratchGateway.play { scene in
            let body = Array(Message(code: "LEAD-0").text.utf8)
            let fields = try scene.sender.fields(
                id: "msg_1", body: body, at: scene.time.now + .seconds(seconds))
            let response = try refused(
                scene, Client.bytes("POST", scene.sender.path, fields, body: body))
            #expect(response.status == 401)
            #expect(response.code == "timestamp_out_of_window")
            #expect(response.verdict != nil)
        }
    }

    @Test func `case 21: an unknown source is 404, whatever is wrong besides`() throws {
        try ScratchGateway.play { scene in
            for path in ["/hooks/nobody", "/hooks/", "/hooks/src_shop/more", "/hooks/SRC_SHOP"] {
                let response = try refused(
                    scene,
                    Client.bytes("DELETE", path, [("Content-Type", "text/csv")], body: [0x7B]))
                #expect(response.status == 404, "\(path)")
                #expect(response.code == "unknown_source")
            }
        }
    }

    @Test(arguments: ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
    func `case 21: another method is 405 and names POST`(_ method: String) throws {
        try ScratchGateway.play { scene in
            let client = try scene.connect()
            try client.write(Client.bytes(method, scene.sender.path))
            let response = try client.read(hasBody: method != "HEAD")
            #expect(response.status == 405)
            #expect(response[field: "allow"]?.contains("POST") == true)
            #expect(
                try client.post(Message(code: "LEAD-0"), id: "good", from: scene.sender).status
                    == 200)
        }
    }

    // MARK: Bodies

    @Test(arguments: [
        ("{\"a\": 1,\n  \"b\": }", 2, 8), ("[1, 2", 1, 6), ("", 1, 1),
        ("{\"type\":\"a\",\"type\":\"b\"}", 1, 13), ("{\"a\": \"\\ud800\"}", 1, 8),
        ("{} {}", 1, 4), ("\u{FEFF}{}", 1, 1), ("{\"a\": NaN}", 1, 7),
    ])
    func `what is not JSON is 400 and says where`(_ body: String, _ line: Int, _ column: Int)
        throws
    {
        try ScratchGateway.play { scene in
            let response = try refused(scene, signed(scene, body))
            #expect(response.status == 400)
            #expect(response.code == "invalid_json")
            #expect(response.json["line"] as? Int == line)
            let found = try #require(response.json["column"] as? Int)
            // At the fault or at the start of the token that has it.
            #expect(abs(found - column) <= 2, "\(body): \(found)")
        }
    }

    @Test func `bytes that are no UTF-8 are 400`() throws {
        try ScratchGateway.play { scene in
            let body: [UInt8] = Array("{\"a\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
            let fields = try scene.sender.fields(id: "msg_1", body: body)
            let response = try refused(
                scene, Client.bytes("POST", scene.sender.path, fields, body: body))
            #expect(response.status == 400)
            #expect(response.code == "invalid_json")
        }
    }

    @Test func `JSON is read to a depth of 64 and refused at 65`() throws {
        try ScratchGateway.play { scene in
            func nested(_ depth: Int) -> String {
                let rest = depth - 1
                return "{\"type\":\"purchase\",\"data\":{\"referral_code\":\"LEAD-0\"},\"x\":"
                    + String(repeating: "[", count: rest) + String(repeating: "]", count: rest)
                    + "}"
            }
            let response = try refused(scene, signed(scene, nested(65)))
            #expect(response.status == 400)
            #expect(response.code == "invalid_json")
            let client = try scene.connect()
            #expect(try client.post(nested(64), id: "deep", from: scene.sender).status == 200)
        }
    }

    @Test(arguments: [
        nil, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json",
    ])
    func `another content type is 415`(_ type: String?) throws {
        try ScratchGateway.play { scene in
            let body = Array(Message(code: "LEAD-0").text.utf8)
            var fields = try scene.sender.fields(id: "msg_1", body: body)
            fields.removeAll { $0.name == "Content-Type" }
            if let type { fields.append(("Content-Type", type)) }
            let response = try refused(
                scene, Client.bytes("POST", scene.sender.path, fields, body: body))
            #expect(response.status == 415)
        }
    }

    @Test(.rows("S3-21", "S3-22")) func `a form is taken where the preset says so, and only there`()
        throws
    {
        var declared = DeclaredWorkspace(coupons: 1)
        let id = "src_a1B2c3D4e5F6g7H8i9J0kL"
        declared.sources.append([
            "id": id, "name": "factory", "preset": "referral-factory",
        ])
        try ScratchGateway.play(declared) { scene in
            let client = try scene.connect()
            let response = try client.request(
                "POST", "/hooks/\(id)", [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array("code=LEAD-0".utf8))
            #expect(response.status == 200)
            #expect(response.outcome == "rewarded")
        }
    }

    // MARK: Mapping

    @Test func `a missing field is 422 where the source refuses, named and kept`() throws {
        try ScratchGateway.play { scene in
            let response = try refused(
                scene, kept: 1, signed(scene, #"{"type": "purchase", "data": {}}"#))
            #expect(response.status == 422)
            #expect(response.code == "mapping_missing_field")
            #expect(response.detail?.contains("referral_code") == true)
            #expect(response.detail?.contains("payload.data.referral_code") == true)
            #expect(
                try scene.database.rows(
                    "SELECT outcome, reasons FROM events WHERE id = 1", columns: 2)
                    == ["unmapped|mapping_missing_field"])
        }
    }

    @Test func `a field of the wrong type is 422 where the source refuses, named and kept`() throws
    {
        try ScratchGateway.play { scene in
            let body = #"{"type": "purchase", "data": {"referral_code": "LEAD-0", "amount": "x"}}"#
            let response = try refused(scene, kept: 1, signed(scene, body))
            #expect(response.status == 422)
            #expect(response.code == "mapping_type_error")
            #expect(response.detail?.contains("amount") == true)
            #expect(
                try scene.database.rows(
                    "SELECT outcome, reasons FROM events WHERE id = 1", columns: 2)
                    == ["unmapped|mapping_type_error"])
        }
    }

    @Test func `a body of another shape is reported in a few words`() throws {
        try ScratchGateway.play { scene in
            let response = try refused(scene, kept: 1, signed(scene, "[]"))
            #expect(response.status == 422)
            #expect(response.code == "mapping_type_error")
            let detail = try #require(response.detail)
            #expect(detail.components(separatedBy: "; ").count == 8, "\(detail)")
            #expect(
                detail.contains("the same applies to 8 more fields. The event is stored"),
                "\(detail)")
        }
    }

    @Test func `what cannot be mapped is 200 and unmapped where the source keeps`() throws {
        try ScratchGateway.play(DeclaredWorkspace(source: ["on_unmapped": "keep"])) { scene in
            let response = try refused(
                scene, kept: 1, signed(scene, #"{"type": "purchase", "data": {}}"#))
            #expect(response.status == 200)
            #expect(response.outcome == "unmapped")
            #expect(response.reasons == ["mapping_missing_field"])
        }
    }

    @Test(.rows("S2-18"))
    func `an unmapped event is decided when it is sent again under a mended mapping`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            let body = #"{"type": "purchase", "data": {"code": "LEAD-0"}}"#
            let client = try scene.connect()
            #expect(try client.post(body, id: "msg_1", from: scene.sender).status == 422)
            try scene.apply(
                DeclaredWorkspace(
                    coupons: 1, source: ["mapping": ["referral_code": "payload.data.code"]]))
            try scene.runHousekeeping()
            let response = try client.post(body, id: "msg_1", from: scene.sender)
            #expect(response.outcome == "rewarded")
            #expect(response.isDuplicate == true)
            #expect(response.event == 1)
        }
    }

    @Test func `a rewarded event sent again under a mapping that fails is still a repeat`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            let message = Message(code: "LEAD-0")
            #expect(try scene.post(message, id: "msg_1").outcome == "rewarded")
            try scene.apply(
                DeclaredWorkspace(
                    coupons: 1, source: ["mapping": ["referral_code": "payload.data.code"]]))
            try scene.runHousekeeping()
            let response = try scene.post(message, id: "msg_1")
            #expect(response.outcome == "rewarded")
            #expect(response.isDuplicate == true)
            #expect(try scene.post(Message(code: "OTHER"), id: "msg_1").status == 409)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 1)
        }
    }

    @Test func `a filter that says no is ignored, one that fails leaves the event unmapped`() throws
    {
        let declared = DeclaredWorkspace(source: ["filter": "payload.data.shop == 7"])
        try ScratchGateway.play(declared) { scene in
            let client = try scene.connect()
            let other = try client.post(
                #"{"type": "purchase", "data": {"shop": 8}}"#, id: "a", from: scene.sender)
            #expect(other.outcome == "ignored")
            let broken = try client.post(
                #"{"type": "purchase", "data": {"referral_code": "LEAD-0"}}"#, id: "b",
                from: scene.sender)
            #expect(broken.status == 422)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 2)
        }
    }

    @Test func `an unknown code is 200 and parked`() throws {
        try ScratchGateway.play { scene in
            let response = try scene.post(Message(code: "NOBODY"), id: "msg_1")
            #expect(response.status == 200)
            #expect(response.outcome == "parked")
            #expect(response.reasons == ["unknown_code"])
            #expect(response.conversion == nil)
            #expect(try scene.database.count("SELECT count(*) FROM parked") == 1)
        }
    }

    // MARK: Lists

    @Test func `a list is answered item by item, and a bad one does not harm its neighbours`()
        throws
    {
        let declared = DeclaredWorkspace(
            coupons: 3, leads: 3, referrers: 3,
            source: ["each": "payload", "mapping": ["event_id": "payload.id"]])
        try ScratchGateway.play(declared) { scene in
            let body = """
                [{"id": "a", "type": "purchase", "data": {"referral_code": "LEAD-0"}},
                 {"id": "b", "type": "purchase", "data": {}},
                 {"id": "c", "type": "purchase", "data": {"referral_code": "NOBODY"}},
                 {"id": "a", "type": "purchase", "data": {"referral_code": "LEAD-1"}},
                 {"id": "a", "type": "purchase", "data": {"referral_code": "LEAD-0"}},
                 {"id": "d", "type": "purchase", "data": {"referral_code": "LEAD-2"}}]
                """
            let response = try scene.connect().post(body, id: "msg_1", from: scene.sender)
            #expect(response.status == 200)
            #expect(response.json["received"] as? Bool == true)
            let items = response.events
            try #require(items.count == 6)
            #expect(
                items.map(\.outcome) == [
                    "rewarded", "unmapped", "parked", nil, "rewarded", "rewarded",
                ])
            #expect(
                items.map(\.code) == [
                    nil, "mapping_missing_field", nil, "event_id_reused", nil, nil,
                ])
            #expect(items[1].status == 422)
            #expect(items[3].status == 409)
            #expect(items[4].isDuplicate == true)
            #expect(items.allSatisfy { $0.json["received"] == nil })
            #expect(try scene.database.count("SELECT count(*) FROM events") == 4)
            #expect(try scene.database.count("SELECT count(*) FROM rewards") == 2)
        }
    }

    @Test func `an empty list is answered with an empty list`() throws {
        try ScratchGateway.play(DeclaredWorkspace(source: ["each": "payload"])) { scene in
            let response = try scene.connect().post("[]", id: "msg_1", from: scene.sender)
            #expect(response.status == 200)
            #expect(response.events.isEmpty)
            #expect(response.json["events"] != nil)
        }
    }

    // MARK: Order

    @Test
    func
        `refusals come in the order of source, method, type, size, signature, JSON, filter, mapping`()
        throws
    {
        var limits = ServerLimits()
        limits.maxBody = 200
        let declared = DeclaredWorkspace(source: ["filter": "payload.type == 'purchase'"])
        try ScratchGateway.play(declared, limits: limits) { scene in
            let large = [UInt8](repeating: 0x7B, count: 300)
            let small: [UInt8] = [0x7B]
            let json = [("Content-Type", "application/json")]
            func response(
                _ method: String, _ path: String, _ fields: [(String, String)], _ body: [UInt8]
            ) throws -> ServerResponse {
                try scene.connect().request(method, path, fields, body: body)
            }
            let path = scene.sender.path
            #expect(try response("PUT", "/hooks/x", [], large).status == 404)
            #expect(try response("PUT", path, [], large).status == 405)
            #expect(try response("POST", path, [], large).status == 415)
            #expect(try response("POST", path, json, large).status == 413)
            #expect(try response("POST", path, json, small).status == 401)
            #expect(try scene.connect().post("{", id: "a", from: scene.sender).status == 400)
            let filtered = try scene.connect().post(#"{"type": "x"}"#, id: "b", from: scene.sender)
            #expect(filtered.outcome == "ignored")
            let unmapped = try scene.connect().post(
                #"{"type": "purchase"}"#, id: "c", from: scene.sender)
            #expect(unmapped.status == 422)
        }
    }
}
