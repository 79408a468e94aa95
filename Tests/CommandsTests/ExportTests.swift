import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct ExportTests {
    /// Creates a database with people whose names a spreadsheet would evaluate as formulas.
    private func declared() -> DeclaredWorkspace {
        var workspace = DeclaredWorkspace(coupons: 2, leads: 3)
        let names = ["=1+1", "Ann, \"the\" first", "@SUM(A1)"]
        for index in workspace.participants.indices {
            workspace.participants[index]["first_name"] = names[index % names.count]
        }
        return workspace
    }

    @Test func `columns stand in their order, and no cell is a formula`() throws {
        let database = try ScratchDatabase()
        try database.apply(declared())
        let run = CommandRun("export", "--db", database.path, "--what", "participants")
        #expect(run.code == .ok, "\(run.errors)")
        let lines = run.output.components(separatedBy: "\r\n")
        #expect(
            lines[0]
                == "campaign,email,first_name,referral_code,referred_by,source,customer,id,status,"
                + "number,joined_at,erased_at,payout_destination")
        #expect(lines.count == 6)
        #expect(lines[1].hasPrefix(#"1,ref0@example.com,"'=1+1",REF-0,,,,,active,1,20"#))
        #expect(
            lines[2].hasPrefix(
                #"1,lead0@example.com,"Ann, ""the"" first",LEAD-0,REF-0,,,,active,2,20"#))
        #expect(lines[3].hasPrefix(#"1,lead1@example.com,"'@SUM(A1)",LEAD-1,"#))
    }

    @Test func `what happened comes out whole, in one moment, to files that were not there`() throws
    {
        let folder = try TestFolder()
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1, leads: 2, source: [:])) { scene in
            let response = try scene.post(
                Message(code: "LEAD-0", order: "o1", amount: 900), id: "e1")
            #expect(response.outcome == "rewarded")
            _ = try scene.post(Message(code: "NOBODY", order: "o2"), id: "e2")
            let path = scene.database.path
            let run = CommandRun("export", "--db", path, "--folder", folder.path)
            #expect(run.code == .ok, "\(run.errors)")
            #expect(run.output.split(separator: "\n").count == 7)
            #expect(
                try folder.read("conversions.csv").contains(
                    "\r\n1,1,LEAD-0,REF-0,approved,900,USD,"))
            #expect(try folder.read("rewards.csv").contains("\r\n16,1,1,1,REF-0,issued,,"))
            #expect(try folder.read("rewards.csv").contains(",C-0,"))
            #expect(try folder.read("coupons.csv").hasSuffix("\r\n1,1,C-0,assigned,16\r\n"))
            #expect(
                try folder.read("events.csv").contains(
                    "\r\n2,src_shop,e2,") == true)
            #expect(try folder.read("events.csv").contains(",parked,unknown_code,,\r\n"))
            #expect(try folder.read("deliveries.csv").contains(",sink,reward.issued,16,"))
            // Existing files are not overwritten.
            let again = CommandRun("export", "--db", path, "--folder", folder.path)
            #expect(again.code == .environment)
            #expect(again.errors.contains("participants.csv exists already"))
        }
    }

    @Test func `signups are exported in the order of their positions`() throws {
        var declared = DeclaredWorkspace(campaign: ["kind": "waitlist", "goal_type": "signup"])
        declared.participants = ["a", "b", "c"].map {
            ["campaign": 1, "email": "\($0)@example.com", "referral_code": $0.uppercased() + "-1"]
        }
        declared.participants[2]["referred_by"] = "B-1"
        let database = try ScratchDatabase()
        try database.apply(declared)
        let run = CommandRun("export", "--db", database.path, "--what", "signups")
        #expect(run.code == .ok, "\(run.errors)")
        let lines = run.output.components(separatedBy: "\r\n")
        #expect(
            lines[0]
                == "uid,campaign,email,first_name,referral_code,referred_by,status,position,"
                + "referral_count,joined_at,metadata")
        let rows = lines.dropFirst().dropLast().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(rows.map { $0[2] } == ["b@example.com", "a@example.com", "c@example.com"])
        #expect(rows.map { $0[7] } == ["1", "2", "3"])
        #expect(rows.map { $0[8] } == ["1", "0", "0"])
        #expect(rows.map { $0[5] } == ["", "", "B-1"])
    }

    @Test func `a folder that is not there is made, a file is none`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let folder = database.folder.path + "/out/today"
        let command = ["export", "--db", database.path, "--what", "coupons", "--folder"]
        let run = CommandRun(command + [folder])
        #expect(run.code == .ok, "\(run.errors)")
        #expect(run.output == folder + "/coupons.csv\n")
        let onFile = CommandRun(command + [database.path])
        #expect(onFile.code == .environment)
        #expect(onFile.errors.contains("cannot be created; choose a writable place"))
    }

    @Test func `one table is printed, several need a folder`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        #expect(CommandRun("export", "--db", database.path).code == .usage)
        let two = ["export", "--db", database.path, "--what", "events", "--what", "coupons"]
        #expect(CommandRun(two).code == .usage)
    }
}
