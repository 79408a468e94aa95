import Foundation
import Synchronization
import TestSupport
import Testing
import Time

/// Planned deliveries sent to a process by several clients at once, and what it answered.
final class ProcessLoad: Sendable {
    let load: PlannedLoad
    private let sender: Sender
    private let answers = Mutex<[String: ServerResponse]>([:])
    private let count = Atomic<Int>(0)

    private static let clients = 6

    init(seed: UInt64) throws {
        load = PlannedLoad(seed: seed)
        sender = try Sender(source: DeclaredWorkspace.source, clock: .system)
    }

    /// What was answered 2xx, by the id of the event.
    var acknowledged: [String: ServerResponse] { answers.withLock { $0 } }

    /// Sends all of it. Each client goes on until it is through or the server is gone.
    ///
    /// - Parameter answered: called with the number of answers so far, by the client that got the last.
    func send(to port: UInt16, answered: @escaping @Sendable (Int) -> Void = { _ in }) throws {
        _ = try crowd(of: Self.clients) { _ in
            try Client(port: port)
        } then: { [self] index, client in
            for place in stride(from: index, to: load.items.count, by: Self.clients) {
                let item = load.items[place]
                guard let response = try? client.post(item.message, id: item.id, from: sender)
                else {
                    return
                }
                if response.status / 100 == 2 { answers.withLock { $0[item.id] = response } }
                answered(count.add(1, ordering: .relaxed).newValue)
            }
        }
    }

    /// Checks that the database holds what was acknowledged, and that sending all of it again has no effect
    /// on what was answered.
    func check(_ database: ScratchDatabase, _ server: ServeProcess, seed: UInt64) throws {
        #expect(try database.contradictions() == [], "seed \(seed)")
        let kept = Set(try database.rows("SELECT event_id FROM events"))
        let response = acknowledged
        let lost = response.keys.filter { !kept.contains($0) }
        #expect(lost == [], "seed \(seed)")
        let again = try ProcessLoad(seed: seed)
        try again.send(to: server.port)
        let repeated = again.acknowledged
        #expect(repeated.count == load.items.count, "seed \(seed)")
        for (id, first) in response {
            let second = try #require(repeated[id], "seed \(seed): \(id)")
            #expect(second.isDuplicate == true, "seed \(seed): \(id)")
            #expect(second.event == first.event, "seed \(seed): \(id)")
            if let conversion = first.conversion {
                #expect(second.conversion == conversion, "seed \(seed): \(id)")
            }
        }
        #expect(try database.contradictions() == [], "seed \(seed), sent again")
        #expect(try database.count(Self.doubles) == 0, "seed \(seed): one reward for each")
    }

    private static let doubles = """
        SELECT count(*) FROM (SELECT 1 FROM rewards
            WHERE status IN ('issued', 'waiting_stock', 'pending')
            GROUP BY beneficiary_id, campaign_reward_id HAVING count(*) > 1)
        """
}
