import Sockets
import Storage
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite struct ReadThreadTests {
    @Test func `clients take turns, each with its own work in order`() {
        var queue = FairQueue<String, String>(mostOfOne: 10, most: 100)
        for work in ["a1", "a2", "a3", "b1", "c1", "b2"] {
            guard case .taken = queue.append(work, of: String(work.prefix(1))) else {
                Issue.record("\(work) was not taken")
                return
            }
        }
        var order: [String] = []
        while let next = queue.next() { order.append(next) }
        #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3"])
        #expect(queue.count == 0)
    }

    @Test func `one client has so many places and no more`() {
        var queue = FairQueue<Int, Int>(mostOfOne: 2, most: 100)
        var refused = 0
        for number in 0..<5 { if case .refused = queue.append(number, of: 1) { refused += 1 } }
        #expect(refused == 3)
        guard case .taken = queue.append(9, of: 2) else {
            Issue.record("another client is shut out")
            return
        }
    }

    @Test func `where all places are taken the client with the most gives one up`() {
        var queue = FairQueue<Int, String>(mostOfOne: 4, most: 6)
        for number in 0..<4 { _ = queue.append("a\(number)", of: 1) }
        for number in 0..<2 { _ = queue.append("b\(number)", of: 2) }
        guard case .displaced("a3") = queue.append("c0", of: 3) else {
            Issue.record("nobody made room, or another than the newest of the longest")
            return
        }
        guard case .refused = queue.append("a4", of: 1) else {
            Issue.record("the client with the most displaces others")
            return
        }
        #expect(queue.count == 6)
        #expect(queue.removeAll().sorted() == ["a0", "a1", "a2", "b0", "b1", "c0"])
        #expect(queue.next() == nil)
    }

    private func reader(_ database: ScratchDatabase) throws -> ReadThread {
        let path = database.path
        let reader = ReadThread()
        try reader.start { () throws(DatabaseError) in
            try Store.open(path, for: .reader)
        }
        return reader
    }

    @Test func `a key with all its places taken by slow questions delays another by one of them`()
        throws
    {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let reader = try reader(database)
        defer { reader.stop() }
        let order = Mutex<[String]>([])
        let (gate, entered, done) = (Latch(), Latch(), Latch())
        let isFirstTaken = reader.ask(.key(1)) { _ in
            entered.open()
            gate.wait()
        } refuse: {
        }
        #expect(isFirstTaken)
        entered.wait()
        var taken = 0
        for _ in 0..<512 {
            let isTaken = reader.ask(.key(1)) { _ in
                order.withLock { $0.append("slow") }
            } refuse: {
            }
            if isTaken { taken += 1 }
        }
        #expect(taken == ReadThread.mostOfOne)
        for client in [ReadThread.Client.key(2), .strangers] {
            let isTaken = reader.ask(client) { _ in
                order.withLock { $0.append("other") }
                if client == .strangers { done.open() }
            } refuse: {
                done.open()
            }
            #expect(isTaken)
        }
        gate.open()
        done.wait()
        let said = order.withLock { $0 }
        let others = said.indices.filter { said[$0] == "other" }
        #expect(others.count == 2)
        #expect(others.allSatisfy { $0 < 4 }, "\(others)")
    }

    @Test
    func `a database that cannot be opened is tried again, and who asks meanwhile is refused`()
        throws
    {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        let path = database.path
        let reader = ReadThread()
        let isThere = Atomic(false)
        let tries = Atomic(0)
        try reader.start { () throws(DatabaseError) in
            tries.wrappingAdd(1, ordering: .relaxed)
            guard isThere.load(ordering: .relaxed) else { throw .locked(path: path) }
            return try Store.open(path, for: .reader)
        }
        defer { reader.stop() }
        let refused = Latch()
        _ = reader.ask(.everybody) { _ in
            Issue.record("a question was asked without a database")
            refused.open()
        } refuse: {
            refused.open()
        }
        refused.wait()
        guard case .cannotOpen(.locked) = reader.condition else {
            Issue.record("\(reader.condition)")
            return
        }
        isThere.store(true, ordering: .relaxed)
        // Asked until it is answered: the thread tries again by itself.
        let answered = Atomic(false)
        for _ in 0..<1000 where !answered.load(ordering: .relaxed) {
            let over = Latch()
            let isTaken = reader.ask(.everybody) { _ in
                answered.store(true, ordering: .relaxed)
                over.open()
            } refuse: {
                over.open()
            }
            if isTaken { over.wait() }
        }
        let (isAnswered, count) = (
            answered.load(ordering: .relaxed), tries.load(ordering: .relaxed)
        )
        #expect(isAnswered)
        #expect(count >= 2)
    }
}
