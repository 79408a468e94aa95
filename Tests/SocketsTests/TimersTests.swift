import Testing

@testable import Sockets

@Suite struct TimersTests {
    private final class Log {
        var names: [String] = []
    }

    private func moment(_ nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    private func run(_ timers: inout Timers, at now: MonotonicTime) {
        while let work = timers.popDue(at: now) { work() }
    }

    @Test func `work is done when it is due, in the order of its time`() {
        var timers = Timers()
        let log = Log()
        for time in [30, 10, 20, 40] as [Int64] {
            _ = timers.schedule(at: moment(time)) { log.names.append("\(time)") }
        }
        #expect(timers.nextDue == moment(10))
        run(&timers, at: moment(9))
        #expect(log.names == [])
        run(&timers, at: moment(30))
        #expect(log.names == ["10", "20", "30"])
        #expect(timers.nextDue == moment(40))
    }

    @Test func `of two at the same time the first scheduled goes first`() {
        var timers = Timers()
        let log = Log()
        for name in ["a", "b", "c", "d", "e"] {
            _ = timers.schedule(at: moment(5)) { log.names.append(name) }
        }
        run(&timers, at: moment(5))
        #expect(log.names == ["a", "b", "c", "d", "e"])
        #expect(timers.nextDue == .never)
    }

    @Test func `cancelled work is not done, whatever was done before`() {
        var timers = Timers()
        let log = Log()
        let first = timers.schedule(at: moment(1)) { log.names.append("first") }
        let second = timers.schedule(at: moment(2)) { log.names.append("second") }
        _ = timers.schedule(at: moment(3)) { log.names.append("third") }
        timers.cancel(second)
        run(&timers, at: moment(1))
        timers.cancel(first)
        run(&timers, at: moment(9))
        #expect(log.names == ["first", "third"])
    }

    @Test func `many scheduled and cancelled leave little behind and keep their order`() {
        var timers = Timers()
        let log = Log()
        var ids: [Timers.ID] = []
        for number in 0..<1000 {
            let time = Int64((number * 7919) % 1000)
            ids.append(timers.schedule(at: moment(time)) { log.names.append("\(time)") })
        }
        for (number, id) in ids.enumerated() where number % 10 != 0 { timers.cancel(id) }
        run(&timers, at: moment(1000))
        let times = log.names.compactMap { Int($0) }
        #expect(times.count == 100)
        #expect(times == times.sorted())
    }
}
