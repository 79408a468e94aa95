import Database
import Foundation
import Invocation
import SQLite
import TestSupport
import Testing

/// Exported rows can be imported into another database, and are equal there.
@Suite struct RoundTripTests {
    private static let pieces = [
        "=", "+", "-", "@", "'", "''", "\"", ",", " ", "a", "Ä", "e\u{301}", "日本", "7", "\u{1F600}",
        ";", "=1+1", "'=x", "\\",
    ]

    private static func text(_ random: inout Seeded, _ more: [String] = []) -> String {
        let pieces = pieces + more
        return (0..<1 + random.below(5)).map { _ in pieces[random.below(pieces.count)] }.joined()
    }

    /// People of two campaigns, with texts of all kinds, in an order in which some precede their
    /// referrer.
    private static func people(_ random: inout Seeded) -> [[String: Any]] {
        var people: [[String: Any]] = (0..<60).map { number in
            var one: [String: Any] = [
                "campaign": 1 + number % 2, "referral_code": "C-\(number)",
            ]
            let starts = ["", "=", "+", "-", "'"]
            if number % 5 != 0 {
                one["email"] = "\(starts[number % starts.count])p\(number)@example.com"
            }
            if number % 3 == 0 {
                one["id"] =
                    ["\(number + 1000)", "'\(number)", "=\(number)", "crm \(number)"][
                        random.below(4)]
            }
            if number % 4 != 0 { one["first_name"] = text(&random) }
            if number % 6 == 0 { one["source"] = text(&random) }
            if number % 7 == 0 { one["status"] = "disabled" }
            if number >= 4 { one["referred_by"] = "C-\(number % 2 + 2 * random.below(number / 2))" }
            return one
        }
        people.shuffle(using: &random)
        return people
    }

    private static let campaigns: [[String: any Sendable]] = (1...2).map {
        ["id": $0, "name": "Campaign \($0)", "owner": "ops@example.com", "goal_type": "purchase"]
    }

    private func write(_ workspace: [String: Any], _ folder: TestFolder) throws -> String {
        let json = try JSONSerialization.data(withJSONObject: workspace)
        return try folder.write(String(decoding: json, as: UTF8.self), to: "workspace.json")
    }

    private func people(_ database: String) throws -> [String] {
        let connection = try Connection(path: database, mode: .readOnly)
        let rows = try connection.prepare(
            """
            SELECT json_array(p.campaign_id, p.email, p.first_name, p.referral_code, r.referral_code,
                p.source, p.external_id, p.is_disabled, p.joined_at, p.erased_at, p.has_referred)
            FROM participants p LEFT JOIN participants r ON r.id = p.referred_by
            ORDER BY p.referral_code
            """)
        var people: [String] = []
        while try rows.step() { people.append(rows.text(0)) }
        return people
    }

    private func run(_ words: String...) throws -> CommandRun {
        let run = CommandRun(words)
        try #require(run.code == .ok, "\(run.errors)")
        return run
    }

    @Test(arguments: 0..<10) func `participants`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let here = try TestFolder()
        let database = "\(here.path)/a.db"
        let file = try write(
            ["campaigns": Self.campaigns, "participants": Self.people(&random)], here)
        _ = try run("apply", file, "--db", database)
        // One person was deleted, two refer to each other, and one has a name in the form of older
        // releases.
        try Connection(path: database, mode: .readWrite).execute(
            """
            UPDATE participants SET email = NULL, first_name = NULL, external_id = NULL,
                is_disabled = 1, erased_at = joined_at + 1000000 WHERE referral_code = 'C-2';
            UPDATE participants SET referred_by = (SELECT id FROM participants
                WHERE referral_code = 'C-3'), has_referred = 1 WHERE referral_code = 'C-1';
            UPDATE participants SET referred_by = (SELECT id FROM participants
                WHERE referral_code = 'C-1'), has_referred = 1 WHERE referral_code = 'C-3';
            UPDATE participants SET has_referred = 1 WHERE referral_code IN ('C-1', 'C-3');
            UPDATE participants SET joined_at = joined_at - 86400000000 * (id % 9);
            """)
        let csv = try run("export", "--db", database, "--what", "participants").output
        // In the form that a spreadsheet may save: rows in another order, and empty rows at the
        // end.
        var records = Self.records(csv)
        let header = records.removeFirst()
        records.shuffle(using: &random)
        records.append(String(repeating: ",", count: header.filter { $0 == "," }.count))
        let there = try TestFolder()
        try there.write(([header] + records + ["", ""]).joined(separator: "\r\n"), to: "p.csv")
        let other = try write(["campaigns": Self.campaigns, "participants": "p.csv"], there)
        let copy = "\(there.path)/b.db"
        #expect(try run("apply", other, "--db", copy).output.contains("participants: 60 added"))
        #expect(try people(copy) == people(database))
        // A second import changes nothing.
        #expect(
            try run("apply", other, "--db", copy).output.contains(
                "participants: 0 added, 0 changed, 60 unchanged"))
        #expect(
            Set(
                try run("export", "--db", copy, "--what", "participants").output.split("\r\n").map(
                    Self.withoutNumber))
                == Set(csv.split("\r\n").map(Self.withoutNumber)))
    }

    @Test func `a name of an older release comes without its control characters`() throws {
        let here = try TestFolder()
        let database = "\(here.path)/a.db"
        let file = try write(
            [
                "campaigns": Self.campaigns,
                "participants": [["campaign": 1, "email": "a@example.com", "referral_code": "A"]],
            ], here)
        _ = try run("apply", file, "--db", database)
        try Connection(path: database, mode: .readWrite).execute(
            "UPDATE participants SET first_name = char(9) || '=A' || char(13, 10) || 'da'")
        try here.write(
            try run("export", "--db", database, "--what", "participants").output, to: "p.csv")
        let other = try write(["campaigns": Self.campaigns, "participants": "p.csv"], here)
        _ = try run("apply", other, "--db", "\(here.path)/b.db")
        #expect(
            try Connection(path: "\(here.path)/b.db", mode: .readOnly)
                .text("SELECT first_name FROM participants") == "=Ada")
    }

    @Test(arguments: 0..<5) func `coupons`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let here = try TestFolder()
        let database = "\(here.path)/a.db"
        var campaigns = Self.campaigns
        var codes: Set<String> = []
        while codes.count < 80 {
            let code = Self.text(&random)
            if !code.hasPrefix(" "), !code.hasSuffix(" ") { codes.insert(code) }
        }
        let all = codes.sorted()
        campaigns[0]["coupons"] = Array(all.prefix(50))
        campaigns[1]["coupons"] = Array(all.dropFirst(20))
        _ = try run("apply", try write(["campaigns": campaigns], here), "--db", database)
        try Connection(path: database, mode: .readWrite)
            .execute("UPDATE coupons SET state = 'voided' WHERE id % 7 = 0")
        let csv = try run("export", "--db", database, "--what", "coupons").output
        try here.write(csv + ",,,,\r\n\r\n", to: "c.csv")
        for index in campaigns.indices { campaigns[index]["coupons"] = "c.csv" }
        let copy = "\(here.path)/b.db"
        _ = try run("apply", try write(["campaigns": campaigns], here), "--db", copy)
        func pools(_ database: String) throws -> [String] {
            let rows = try Connection(path: database, mode: .readOnly).prepare(
                """
                SELECT json_array(campaign_id, code, state) FROM coupons
                ORDER BY campaign_id, code
                """)
            var pools: [String] = []
            while try rows.step() { pools.append(rows.text(0)) }
            return pools
        }
        #expect(try pools(copy) == pools(database))
        #expect(try pools(copy).count == 110)
    }

    @Test func `a coupon that was given out is not given again elsewhere`() throws {
        let here = try TestFolder()
        try here.write(
            "id,campaign,code,state,reward\r\n1,1,A,assigned,16\r\n2,1,B,available,\r\n3,2,C,available,\r\n",
            to: "c.csv")
        var campaigns = [Self.campaigns[0]]
        campaigns[0]["coupons"] = "c.csv"
        let database = "\(here.path)/a.db"
        let applied = try run(
            "apply", try write(["campaigns": campaigns], here), "--db", database)
        #expect(applied.output.contains("coupons: 2 added"))
        #expect(
            try Connection(path: database, mode: .readOnly).text(
                "SELECT group_concat(code || ' ' || state) FROM coupons") == "A voided,B available")
    }

    @Test func `an error names the line`() throws {
        let here = try TestFolder()
        let database = "\(here.path)/a.db"
        let file = try write(["campaigns": Self.campaigns, "participants": "p.csv"], here)
        try here.write("campaign,email,referral_code\n1,a@example.com,A\n", to: "p.csv")
        _ = try run("apply", file, "--db", database)
        try here.write(
            "campaign,email,referral_code\n1,b@example.com,B\n,,\n\n1,c@example.com,A\n",
            to: "p.csv")
        let run = CommandRun("apply", file, "--db", database)
        #expect(run.code == .failed)
        #expect(
            run.errors.contains("p.csv:5: another participant has the code A"), "\(run.errors)")
    }

    /// Splits CSV text into records at line ends outside quotes.
    private static func records(_ csv: String) -> [String] {
        var records: [String] = []
        var isQuoted = false
        var record = ""
        for character in csv {
            if character == "\"" { isQuoted.toggle() }
            if character == "\r\n", !isQuoted {
                records.append(record)
                record = ""
            } else {
                record.append(character)
            }
        }
        return records
    }

    /// Returns a row without its number in the database.
    private static func withoutNumber(_ row: String) -> String {
        row.replacing(/,(active|disabled),\d+,/) { ",\($0.output.1)," }
    }
}

extension String {
    fileprivate func split(_ separator: String) -> [String] { components(separatedBy: separator) }
}
