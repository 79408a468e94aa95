import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing
import Time
import Webhooks

/// The built executable, killed while it delivers. `REFGATE_KILL_SEEDS` says at how many seeds' instants.
@Suite(.serialized) struct DeliveryLossTests {
    private static let seeds =
        ProcessInfo.processInfo.environment["REFGATE_KILL_SEEDS"].flatMap { UInt64($0) } ?? 5
    private static let kills = 3
    private static let flags = ["--allow-targets", "127.0.0.0/8", "--allow-http-targets"]

    /// Kills a process in the middle of the delivery that it is set for, before that is answered.
    private final class Trap: Sendable {
        private struct Setting {
            var process: pid_t = 0
            var left = Int.max
            var turns = 0
        }

        private let setting = Mutex(Setting())

        func set(for process: pid_t, after deliveries: Int, turns: Int) {
            setting.withLock { $0 = Setting(process: process, left: deliveries, turns: turns) }
        }

        func delivery() {
            let sprung = setting.withLock { setting -> Setting? in
                setting.left -= 1
                return setting.left == 0 ? setting : nil
            }
            guard let sprung else { return }
            // Some way into whatever it does next.
            let turned = Atomic<Int>(0)
            for _ in 0..<sprung.turns { turned.add(1, ordering: .relaxed) }
            kill(sprung.process, SIGKILL)
        }

        var isSprung: Bool { setting.withLock { $0.left <= 0 } }
    }

    @Test(arguments: 1...seeds)
    func `kill -9 at random instants of delivering loses no notification`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let trap = Trap()
        // One in eight is not taken at once, so that later attempts are under way as well as first ones.
        let refused = (0..<4000).map { _ in random.below(8) == 0 }
        let receiver = try ScriptedReceiver { number in
            trap.delivery()
            let status = refused[number % refused.count] ? "503 Later" : "200 OK"
            return .answer("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
        }
        defer { receiver.stop() }
        let database = try ScratchDatabase()
        var declared = PlannedLoad.declared
        let patience = ["delays": Array(repeating: 0, count: 20)]
        declared.webhooks = [
            DeliveryScene.webhook("sink", "http://127.0.0.1:\(receiver.port)/", ["retry": patience])
        ]
        try database.apply(declared)

        let load = try ProcessLoad(seed: seed)
        for round in 0..<Self.kills {
            let server = try ServeProcess(database, flags: Self.flags)
            trap.set(
                for: server.identifier, after: 1 + random.below(30), turns: random.below(60_000))
            try load.send(to: server.port)
            waitUntil { trap.isSprung || (try? waiting(in: database)) == 0 }
            // Later rounds may have had less to deliver than that.
            #expect(round > 0 || trap.isSprung, "seed \(seed)")
            server.killAtOnce()
            #expect(server.waitForEnd() == -Int(SIGKILL), "seed \(seed)")
        }
        let server = try ServeProcess(database, flags: Self.flags)
        try load.send(to: server.port)
        waitUntil { (try? waiting(in: database)) == 0 }
        server.terminate()
        #expect(server.waitForEnd() == 0, "seed \(seed): \(server.said)")
        #expect(try database.contradictions() == [], "seed \(seed)")
        try check(receiver.received, database, load, seed)
    }

    private func waiting(in database: ScratchDatabase) throws -> Int {
        try database.count("SELECT count(*) FROM deliveries WHERE status <> 'delivered'")
    }

    private func waitUntil(_ isSo: () -> Bool) {
        let deadline = ContinuousClock.now + .seconds(60)
        while !isSo(), ContinuousClock.now < deadline { poll(nil, 0, 5) }
    }

    private func check(
        _ received: [ScriptedReceiver.Received], _ database: ScratchDatabase, _ load: ProcessLoad,
        _ seed: UInt64
    ) throws {
        let secrets = [SecretSpec(Sender.secret)]
        let verifiers = [
            try Verifier(.standardWebhooks, secrets: secrets),
            try Verifier(.hmac, secrets: secrets),
        ]
        // What each told of, by the id that it came under.
        var ids: [String: Set<String>] = [:]
        for one in received {
            var fields = Fields()
            for field in one.fields { fields.append(field.name, field.value) }
            for verifier in verifiers {
                let verdict = try verifier.verify(
                    fields: fields, body: one.body, now: WallClock.system.now())
                guard case .valid = verdict else {
                    Issue.record("seed \(seed): \(verdict)")
                    continue
                }
            }
            let subject = try #require(Self.subject(of: one), "seed \(seed)")
            ids[subject, default: []].insert(try #require(one["webhook-id"], "seed \(seed)"))
        }
        if ForeignPackages.areToBeAsked {
            let answers = try ForeignPackages.converse(received.map(Self.question))
            #expect(answers.allSatisfy { $0.valid == true }, "seed \(seed): \(answers)")
        }
        let queued = try database.rows("SELECT type || ' ' || subject FROM deliveries")
        #expect(Set(queued) == Set(ids.keys), "seed \(seed): all that was queued came")
        #expect(ids.values.allSatisfy { $0.count == 1 }, "seed \(seed): each under one id")
        #expect(Set(ids.values.joined()).count == ids.count, "seed \(seed): no two under the same")
        for response in load.acknowledged.values {
            if let conversion = response.conversion {
                #expect(ids["conversion.created \(conversion)"] != nil, "seed \(seed)")
            }
            for reward in response.rewards where reward["status"] as? String == "issued" {
                let id = reward["id"] as? Int ?? 0
                #expect(ids["reward.issued \(id)"] != nil, "seed \(seed)")
            }
        }
    }

    /// Whether the official package holds it for genuine.
    private static func question(_ one: ScriptedReceiver.Received) -> ForeignPackages.Ask {
        ForeignPackages.Ask(
            do: "verify", secret: Sender.secret, now: WallClock.system.now().seconds,
            body: String(decoding: one.body, as: UTF8.self),
            headers: one.fields.map { [$0.name, $0.value] })
    }

    /// Type and number of what a notification tells of.
    private static func subject(of one: ScriptedReceiver.Received) -> String? {
        guard
            let body = try? JSONSerialization.jsonObject(with: Data(one.body)) as? [String: Any],
            let type = body["type"] as? String, let data = body["data"] as? [String: Any],
            let part = data[type.hasPrefix("reward") ? "reward" : "conversion"] as? [String: Any],
            let id = part["id"] as? Int, body["id"] as? String == one["webhook-id"]
        else { return nil }
        return "\(type) \(id)"
    }
}
