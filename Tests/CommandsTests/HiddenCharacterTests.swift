import Database
import Foundation
import Invocation
import JSON
import TestSupport
import Testing

/// Rows of an earlier release with characters that control a terminal or hide other characters.
@Suite struct HiddenCharacterTests {
    private static let hostile = "x\u{1B}[2J\u{202E}y\u{9B}31m\nz"
    /// The same text as an SQL literal.
    private static let stored =
        "'x' || char(27) || '[2J' || char(8238) || 'y' || char(155) || '31m' || char(10) || 'z'"

    /// Starts a gateway that decided a purchase and whose rows were then changed by another
    /// connection.
    private func scene() throws -> ScratchGateway {
        let scene = try ScratchGateway(
            DeclaredWorkspace(campaign: ["conditions": ["payload.note != 'no'"]], coupons: 1))
        let client = try scene.connect()
        let note = String(decoding: try JSONEncoder().encode(Self.hostile), as: UTF8.self)
        let response = try client.post(
            #"{"type":"purchase","note":\#(note),"data":{"referral_code":"LEAD-0","order_id":"o1"}}"#,
            id: "e1", from: scene.sender)
        try #require(response.status == 200 && response.outcome == "rewarded", "\(response)")
        _ = try scene.makeKey()
        try scene.database.execute(
            """
            UPDATE participants SET first_name = 'Ada ' || \(Self.stored), source = \(Self.stored),
                external_id = id || \(Self.stored);
            UPDATE participants SET email = id || \(Self.stored) || '@example.com';
            UPDATE business_keys SET key = \(Self.stored);
            UPDATE customers SET customer = \(Self.stored);
            UPDATE api_keys SET name = \(Self.stored);
            UPDATE accounts SET name = \(Self.stored);
            UPDATE webhooks SET name = \(Self.stored);
            UPDATE coupons SET code = \(Self.stored);
            UPDATE events SET event_id = \(Self.stored);
            """)
        return scene
    }

    private static let tables = [
        "participants", "conversions", "rewards", "coupons", "events", "deliveries",
    ]
    private static let reading: [[String]] =
        [
            ["explain", "--code", "LEAD-0"], ["explain", "--code", "LEAD-0", "--json"],
            ["explain", "--code", hostile], ["explain", "--email", hostile],
            ["rules", "eval", "payload.note", "--event", "1"],
            ["rules", "eval", "payload.note", "--event", "1", "--json"],
            ["rules", "eval", "payload.\(hostile)", "--event", "1"],
            ["keys", "list"], ["keys", "list", "--json"],
            ["accounts", "list"], ["accounts", "list", "--json"],
            ["audit"], ["audit", "--json"], [hostile], ["keys", hostile], ["audit", hostile],
            ["audit", "--\(hostile)"],
        ] + tables.map { ["export", "--what", $0] }

    private func isShown(_ text: String) -> Bool {
        !text.unicodeScalars.contains {
            $0 != "\n" && $0 != "\t"
                && [.control, .format].contains($0.properties.generalCategory)
        }
    }

    @Test func `no command lets them reach a terminal`() throws {
        let scene = try scene()
        defer { scene.stop() }
        for words in Self.reading {
            let run = CommandRun(onTerminal: words + ["--db", scene.database.path])
            #expect(isShown(run.output), "\(words): \(run.output.debugDescription)")
            #expect(isShown(run.errors), "\(words): \(run.errors.debugDescription)")
            #expect(!run.output.isEmpty || !run.errors.isEmpty, "\(words)")
        }
    }

    @Test func `text and JSON hold none in a pipe either, as a pager shows them later`() throws {
        let scene = try scene()
        defer { scene.stop() }
        for words in Self.reading where words[0] != "export" {
            let run = CommandRun(words + ["--db", scene.database.path])
            #expect(isShown(run.output), "\(words): \(run.output.debugDescription)")
            #expect(isShown(run.errors), "\(words): \(run.errors.debugDescription)")
        }
        let eval = CommandRun(Self.reading[5] + ["--db", scene.database.path])
        #expect(eval.json["value"] as? String == Self.hostile)
        let keys = CommandRun("keys", "list", "--json", "--db", scene.database.path)
        let list = try Document(parsing: Array(keys.output.utf8)).root
        #expect(Array(list.elements).first?["name"]?.string == Self.hostile)
        #expect(
            CommandRun("keys", "list", "--db", scene.database.path).output.contains(
                "x\\u{1b}[2J\\u{202e}y\\u{9b}31m\\u{a}z"))
    }

    @Test(arguments: tables)
    func `an export keeps each record whole and each text as it was stored`(
        _ table: String
    ) throws {
        let scene = try scene()
        defer { scene.stop() }
        let run = CommandRun("export", "--what", table, "--db", scene.database.path)
        try #require(run.code == .ok, "\(run.errors)")
        let records = Self.records(run.output)
        #expect(records.count > 1)
        #expect(records.allSatisfy { $0.count == records[0].count })
        let column = [
            "participants": "first_name", "coupons": "code", "events": "event_id",
            "deliveries": "webhook", "rewards": "coupon_code",
        ][table]
        guard let column, let index = records[0].firstIndex(of: column) else { return }
        let stored = table == "participants" ? "Ada " + Self.hostile : Self.hostile
        #expect(records.dropFirst().allSatisfy { $0[index] == stored })
    }

    /// Parses the fields of CSV text independently of the program.
    private static func records(_ csv: String) -> [[String]] {
        var (records, record, field, isQuoted) = ([[String]](), [String](), "", false)
        for scalar in csv.unicodeScalars {
            switch scalar {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                record.append(field)
                field = ""
            case "\r" where !isQuoted: break
            case "\n" where !isQuoted:
                records.append(record + [field])
                (record, field) = ([], "")
            default: field.unicodeScalars.append(scalar)
            }
        }
        return records
    }
}
