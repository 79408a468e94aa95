import Referrals
import Storage
import TestSupport
import Testing
import Time

@Suite struct OutboxTableTests {
    private func queue(_ scene: StorageScene, _ ids: ClosedRange<Int64>) throws {
        try scene.store.write { (_) throws in
            try scene.store.deliveries.queue(
                ids.map { DeliveryTable.Entry(id: $0, type: .rewardIssued, subject: $0 * 16) },
                for: scene.webhook, at: scene.noon)
        }
    }

    private func attempt(_ scene: StorageScene, _ status: Int?) -> OutboxTable.Attempt {
        OutboxTable.Attempt(
            startedAt: scene.noon, latency: .milliseconds(12), status: status,
            error: status == 204 ? nil : "status", detail: nil, answer: nil)
    }

    @Test(arguments: Engines.available)
    func `deliveries are sent in the order in which they were queued`(_ engine: Engines.Engine)
        throws
    {
        let scene = try StorageScene(engine)
        let outbox = scene.store.outbox
        try queue(scene, 1...5)
        #expect(scene.store.queueChanges.grown == [scene.webhook])
        #expect(try scene.store.deliveries.count() == 5)
        #expect(try scene.store.deliveries.lastID() == 5)
        let first = try outbox.fresh(of: scene.webhook, from: 1, limit: 3)
        #expect(first.map(\.id) == [1, 2, 3])
        #expect(first.map(\.subject) == [16, 32, 48])
        #expect(first.map(\.type.value) == [.rewardIssued, .rewardIssued, .rewardIssued])
        #expect(first.map(\.createdAt) == [scene.noon, scene.noon, scene.noon])
        #expect(try outbox.fresh(of: scene.webhook, from: 4, limit: 9).map(\.id) == [4, 5])
        #expect(try outbox.fresh(of: ID(scene.webhook.number + 1), from: 1, limit: 9).isEmpty)
    }

    @Test(arguments: Engines.available)
    func `a rollback queues nothing and reports no growth`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        try queue(scene, 1...1)
        try scene.undone { () throws in
            try scene.store.deliveries.queue(
                [DeliveryTable.Entry(id: 2, type: .rewardIssued, subject: 32)],
                for: scene.webhook, at: scene.noon)
        }
        #expect(scene.store.queueChanges.isEmpty)
        #expect(try scene.store.deliveries.count() == 1)
        try scene.store.write { (_) throws in }
        #expect(scene.store.queueChanges.isEmpty)
    }

    @Test(arguments: Engines.available)
    func `a failed attempt waits for its time, with the body that was sent`(
        _ engine: Engines.Engine
    ) throws {
        let scene = try StorageScene(engine)
        let outbox = scene.store.outbox
        try queue(scene, 1...3)
        let (soon, late) = (scene.noon + .seconds(60), scene.noon + .seconds(600))
        try scene.store.write { (_) throws in
            try outbox.record(
                attempt(scene, 500), of: 1, webhook: scene.webhook, .again(at: late), body: [1])
            try outbox.record(
                attempt(scene, nil), of: 2, webhook: scene.webhook, .cutOff(at: soon), body: [2])
            try outbox.record(
                attempt(scene, 204), of: 3, webhook: scene.webhook, .delivered, body: nil)
        }
        #expect(try outbox.again(of: scene.webhook, at: scene.noon, limit: 9).isEmpty)
        #expect(try outbox.again(of: scene.webhook, at: soon, limit: 9).map(\.id) == [2])
        let due = try outbox.again(of: scene.webhook, at: late, limit: 9)
        #expect(due.map(\.id) == [2, 1])
        #expect(due.map(\.attempts) == [1, 1])
        #expect(due.map(\.uncounted) == [1, 0])
        #expect(due.map(\.body) == [[2], [1]])
        #expect(
            try outbox.nextAgain(of: scene.webhook, after: soon, until: late + .seconds(1)) == late)
        #expect(try outbox.pending(1, of: scene.webhook)?.id == 1)
        #expect(try outbox.pending(3, of: scene.webhook) == nil)
    }

    @Test(arguments: Engines.available)
    func `a queue's breaker comes back as it was put`(_ engine: Engines.Engine) throws {
        let scene = try StorageScene(engine)
        let outbox = scene.store.outbox
        var queue = OutboxTable.Queue(webhook: scene.webhook)
        queue.head = 7
        queue.seen = 9
        queue.failures = 3
        queue.failingSince = scene.noon
        queue.openedAt = scene.noon + .seconds(5)
        queue.rounds = 2
        try scene.undone { () throws in try outbox.put(queue) }
        #expect(try outbox.queue(of: scene.webhook) == nil)
        try scene.store.write { (_) throws in try outbox.put(queue) }
        #expect(try outbox.queue(of: scene.webhook) == queue)
        #expect(try outbox.allQueues() == [queue])
        #expect(try outbox.queue(of: 999) == nil)
    }
}
