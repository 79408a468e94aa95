import Foundation
import TestSupport
import Testing
import Time

/// The sample receiver for Flask in the documentation, called by a real `refgate serve`. The
/// official package of Standard Webhooks checks every notification, too.
@Suite(.enabled(if: ReceiverSample.python != nil || ReceiverSample.mustRun))
struct FlaskSampleTests {
    private static let paths = ["/hooks/refgate", "/hooks/refgate-in-short"]

    /// Sends ten purchases through a gateway with a webhook for each route of the sample, and
    /// returns the notifications that the sample received.
    private func deliveries(to receiver: SampleProcess) throws -> [ReceivedBySample] {
        let database = try ScratchDatabase()
        var declared = DeclaredWorkspace(
            rewards: [["kind": "points", "beneficiary": "lead", "value": ["points": 5]]], leads: 10)
        declared.webhooks = Self.paths.map { path in
            [
                "name": path, "url": "http://127.0.0.1:\(receiver.port)\(path)",
                "secret": Sender.secret,
                "events": ["lead.qualified", "conversion.created", "reward.issued"],
            ]
        }
        try database.apply(declared)
        let gateway = try ServeProcess(
            database, flags: ["--allow-targets", "127.0.0.0/8", "--allow-http-targets"])
        let sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
        let client = try gateway.connect()
        for lead in 0..<10 {
            let body = #"{"type":"purchase","data":{"referral_code":"LEAD-\#(lead)"}}"#
            #expect(try client.post(body, id: "order-\(lead)", from: sender).outcome == "rewarded")
        }
        let queued = try database.count("SELECT count(*) FROM deliveries")
        #expect(queued == 2 * 3 * 10)
        return try (0..<queued).map { _ in try receiver.next() }
    }

    @Test(.rows("S1-17", "S4-1", "S4-16", "C13"))
    func `it takes every delivery, and none that was tampered with`() throws {
        let folder = try TestFolder()
        let receiver = try SampleProcess(
            ReceiverSample.text(in: "python"), secret: Sender.secret, in: folder)
        defer { receiver.stop() }
        let deliveries = try deliveries(to: receiver)
        #expect(deliveries.filter { $0.status != 204 }.map(\.body) == [])
        #expect(deliveries.filter { $0.official != true }.map(\.body) == [])
        #expect(Set(deliveries.map(\.path)) == Set(Self.paths))
        func post(
            _ path: String, _ fields: [(name: String, value: String)], _ body: [UInt8]
        ) throws -> Int {
            try Client(port: receiver.port).request("POST", path, fields, body: body).status
        }
        for path in Self.paths {
            let one = try #require(deliveries.first { $0.path == path })
            let fields = one.headers.map { (name: $0[0], value: $0[1]) }
                .filter { !["Host", "Content-Length"].contains($0.name) }
            #expect(try post(path, fields, Array(one.body)) == 204)
            #expect(try receiver.next().official == true)
            var changed = Array(one.body)
            changed[changed.count / 2] ^= 1
            for tampered in [changed, changed + [0x20], Array(one.body) + [0x20], []] {
                let status = try post(path, fields, tampered)
                #expect(status == 401, "\(path): \(String(decoding: tampered, as: UTF8.self))")
                #expect(try receiver.next().official == false)
            }
            #expect(try post(path, [], Array(one.body)) == 401)
            #expect(try receiver.next().official == false)
        }
    }

    @Test func `one that was signed ten minutes ago is refused where there is a time`() throws {
        let folder = try TestFolder()
        let receiver = try SampleProcess(
            ReceiverSample.text(in: "python"), secret: Sender.secret, in: folder)
        defer { receiver.stop() }
        let sender = try Sender(source: "", clock: .system)
        let body = Array(#"{"id":"evt_1","type":"reward.issued"}"#.utf8)
        for (age, status) in [(0, 204), (600, 401), (-600, 401)] {
            let time = WallClock.system.now() - .seconds(age)
            let fields = try sender.fields(id: "evt_1", body: body, at: time)
            // Each request has its own connection, which this server closes after its response.
            let response = try Client(port: receiver.port).request(
                "POST", Self.paths[0], fields, body: body)
            #expect(response.status == status, "signed \(age) s ago")
            #expect(try receiver.next().official == (status == 204))
        }
    }
}
