import Testing

@testable import Sockets

@Suite struct LookupQueueTests {
    private let limits = LookupLimits()
    private let addresses: NameLookup.Found = .success([Address(ipv4: 0x5DB8_D70E, port: 0)])
    private let unknown: NameLookup.Found = .failure(NameLookup.Failure(reason: "unknown"))

    private func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000_000 + Int64(seconds * 1e9))
    }

    private func ask(_ queue: inout LookupQueue, _ host: String, at seconds: Double)
        -> NameLookup.Found?
    {
        queue.ask(host, { _ in }, at: at(seconds))
    }

    /// Looks a name up, from a second to another.
    private func lookUp(
        _ queue: inout LookupQueue, _ host: String, _ found: NameLookup.Found, from: Double,
        to: Double
    ) {
        #expect(ask(&queue, host, at: from) == nil)
        #expect(queue.start(at: at(from)) == host)
        #expect(queue.finish(host, found, at: at(to)).count == 1)
    }

    @Test func `questions for one name share one look-up`() {
        var queue = LookupQueue(limits)
        for _ in 0..<5 { #expect(ask(&queue, "a.example", at: 0) == nil) }
        #expect(queue.startable == 1)
        #expect(queue.start(at: at(0)) == "a.example")
        #expect(ask(&queue, "a.example", at: 1) == nil)
        #expect(queue.start(at: at(1)) == nil)
        #expect(queue.finish("a.example", addresses, at: at(2)).count == 6)
    }

    @Test func `addresses and failures are remembered for a bounded time`() {
        var queue = LookupQueue(limits)
        lookUp(&queue, "a.example", addresses, from: 0, to: 0.1)
        #expect(ask(&queue, "a.example", at: 30) == addresses)
        lookUp(&queue, "a.example", addresses, from: 30.2, to: 30.2)
        lookUp(&queue, "b.example", unknown, from: 40, to: 40)
        #expect(ask(&queue, "b.example", at: 44.9) == unknown)
        #expect(ask(&queue, "b.example", at: 45) == nil)
    }

    @Test func `the failure of a slow look-up is remembered for longer`() {
        var queue = LookupQueue(limits)
        lookUp(&queue, "silent.example", unknown, from: 0, to: 10)
        #expect(ask(&queue, "silent.example", at: 39.9) == unknown)
        #expect(ask(&queue, "silent.example", at: 40) == nil)
    }

    @Test func `what this machine lacks is not remembered of a name`() {
        var queue = LookupQueue(limits)
        let lack = NameLookup.Found.failure(.init(reason: "no descriptors", isLocal: true))
        lookUp(&queue, "a.example", lack, from: 0, to: 0)
        #expect(ask(&queue, "a.example", at: 0.1) == nil)
    }

    @Test func `silent names, however many, leave the kept share to names that answer`() {
        var queue = LookupQueue(limits)
        lookUp(&queue, "good.example", addresses, from: 0, to: 0.1)
        for number in 0..<500 { #expect(ask(&queue, "silent\(number)", at: 60) == nil) }
        var begun = 0
        while queue.start(at: at(60)) != nil { begun += 1 }
        #expect(begun == limits.threads - limits.kept)
        #expect(queue.startable == 0)
        #expect(ask(&queue, "good.example", at: 60) == nil)
        #expect(queue.start(at: at(60)) == "good.example")
    }

    @Test func `names that were slow leave room for names that are new`() {
        var queue = LookupQueue(limits)
        for number in 0..<40 {
            lookUp(&queue, "silent\(number)", unknown, from: 0, to: 10)
        }
        for number in 0..<40 { #expect(ask(&queue, "silent\(number)", at: 100) == nil) }
        var begun = 0
        while queue.start(at: at(100)) != nil { begun += 1 }
        #expect(begun == limits.slow)
        #expect(ask(&queue, "new.example", at: 100) == nil)
        #expect(queue.startable == 1)
        #expect(queue.start(at: at(100)) == "new.example")
        // A place that becomes free goes to the next slow one.
        _ = queue.finish("silent0", unknown, at: at(110))
        #expect(queue.start(at: at(110)) == "silent16")
    }

    @Test func `addresses stand in for those of a slow look-up until they are too old`() {
        var queue = LookupQueue(limits)
        #expect(queue.lastKnown("a.example", at: at(0)) == nil)
        lookUp(&queue, "a.example", addresses, from: 0, to: 0)
        #expect(queue.lastKnown("a.example", at: at(299))?.count == 1)
        #expect(queue.lastKnown("a.example", at: at(300)) == nil)
        lookUp(&queue, "a.example", unknown, from: 300, to: 310)
        #expect(queue.lastKnown("a.example", at: at(310)) == nil)
    }

    @Test func `what could not be connected to is asked for again`() {
        var queue = LookupQueue(limits)
        lookUp(&queue, "a.example", addresses, from: 0, to: 0)
        queue.forget("a.example")
        #expect(ask(&queue, "a.example", at: 1) == nil)
        #expect(queue.lastKnown("a.example", at: at(1)) == nil)
    }

    @Test func `a question without a thread is taken back, one that has begun is not`() {
        var queue = LookupQueue(limits)
        #expect(ask(&queue, "a.example", at: 0) == nil)
        #expect(queue.withdraw("a.example").count == 1)
        #expect(queue.start(at: at(0)) == nil)
        #expect(ask(&queue, "a.example", at: 0) == nil)
        #expect(queue.start(at: at(0)) == "a.example")
        #expect(queue.withdraw("a.example").isEmpty)
        #expect(queue.began("a.example") == at(0))
        #expect(queue.finish("a.example", addresses, at: at(1)).count == 1)
    }

    @Test func `names that are remembered are bounded`() {
        var limits = limits
        limits.names = 10
        var queue = LookupQueue(limits)
        for number in 0..<30 {
            lookUp(&queue, "name\(number)", addresses, from: 0, to: 0)
        }
        #expect((0..<30).filter { ask(&queue, "name\($0)", at: 1) != nil }.count <= 10)
    }
}
