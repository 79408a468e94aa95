import Conditions
import Foundation
import Gateway
import Programmes
import Referrals
import Rules
import Synchronization
import TestSupport
import Testing

@Suite struct ZoneFolderTests {
    private func hour(_ zone: String, zones: Zones) throws -> String {
        let program = try Program.compile(
            "timestamp(\"2026-07-01T12:00:00Z\").getHours(\"\(zone)\")",
            in: ConditionLanguage.environment.with(zones: zones))
        switch program.evaluate(Activation(ConditionLanguage.environment)) {
        case .success(let value): return ValueText.text(of: value)
        case .failure(let error): return error.description
        }
    }

    @Test(arguments: [
        ("Europe/Berlin", "14"), ("America/New_York", "8"), ("Asia/Kathmandu", "17"),
        ("UTC", "12"), ("-03:30", "8"), ("Etc/GMT+5", "7"),
        ("Europe/Atlantis", "getHours: unknown time zone"),
        ("../zoneinfo/Europe/Berlin", "getHours: unknown time zone"),
    ]) func `rules name the zones of the system`(_ zone: String, _ expected: String) throws {
        #expect(try hour(zone, zones: ZoneFolder.usual) == expected)
    }

    @Test func `what lies in the folder beside zones is passed over`() throws {
        let folder = try ScratchFolder()
        try "no zone".write(toFile: folder.path + "/README", atomically: true, encoding: .utf8)
        let berlin = try Data(contentsOf: URL(filePath: ZoneFolder.usualPath + "/Europe/Berlin"))
        try berlin.write(to: URL(filePath: folder.path + "/Home"))
        try berlin.prefix(100).write(to: URL(filePath: folder.path + "/Cut"))
        #expect(ZoneFolder.zones(in: folder.path).all.keys.sorted() == ["Home"])
        #expect(ZoneFolder.zones(in: folder.path + "/none").all.isEmpty)
    }

    @Test func `zones are read when a rule asks for one, not before and not while it runs`() throws
    {
        let reads = Mutex(0)
        let zones = Zones {
            reads.withLock { $0 += 1 }
            return [:]
        }
        let environment = ConditionLanguage.environment.with(zones: zones)
        _ = try Program.compile("event.amount > 5 && now > event.received_at", in: environment)
        #expect(reads.withLock { $0 } == 0)
        let program = try Program.compile("now.getHours(campaign.name) > 5", in: environment)
        #expect(reads.withLock { $0 } == 1)
        _ = program.evaluate(Activation(environment))
        _ = program.explain(Activation(environment))
        #expect(reads.withLock { $0 } == 1)
    }

    @Test func `a campaign's condition knows the hour where its people are`() throws {
        let condition = "event.occurred_at.getHours('America/New_York') < 12"
        try ScratchGateway.play(DeclaredWorkspace(campaign: ["conditions": [condition]], leads: 2))
        {
            gateway in
            let early = Message(code: "LEAD-0", timestamp: "2026-03-02T15:00:00Z")
            let morning = try gateway.post(early, id: "1").outcome
            let late = Message(code: "LEAD-1", timestamp: "2026-03-02T18:00:00Z")
            let afternoon = try gateway.post(late, id: "2").outcome
            #expect([morning, afternoon] == ["qualified", "rejected"])
        }
    }
}
