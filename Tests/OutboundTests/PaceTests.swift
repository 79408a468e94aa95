import Sockets
import Testing

@testable import Outbound

@Suite struct PaceTests {
    private static let millisecond: Int64 = 1_000_000

    private func at(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * Self.millisecond)
    }

    /// Commits of one size, one a millisecond, and after each as many attempts as there is room for.
    private func begun(_ pace: inout Pace, _ requests: Int, from: Int64, to: Int64) -> [Int] {
        (from..<to).map { time in
            pace.committed(requests, in: 1, at: at(time))
            let room = pace.room(at: at(time))
            if room < .max { pace.begun(room) }
            return room
        }
    }

    @Test func `requests that do not wait for each other hold nothing back`() {
        var pace = Pace()
        #expect(begun(&pace, Pace.rush - 1, from: 1, to: 2000).allSatisfy { $0 == .max })
    }

    @Test func `a rush leaves room for so many attempts a second`() {
        var pace = Pace()
        _ = begun(&pace, 64, from: 1, to: 1000)
        let second = begun(&pace, 64, from: 1000, to: 2000)
        #expect(abs(second.reduce(0, +) - Pace.perSecond) <= 1)
    }

    @Test func `what was not begun in its time does not come all at once`() {
        var pace = Pace()
        _ = begun(&pace, 64, from: 1, to: 1000)
        for time in Int64(1000)..<5000 {
            pace.committed(64, in: 1, at: at(time))
            #expect(pace.room(at: at(time)) <= Pace.most)
        }
    }

    @Test func `a rush is over when commits are small, or when none come`() {
        var pace = Pace()
        _ = begun(&pace, 64, from: 1, to: 1000)
        #expect(begun(&pace, 1, from: 1000, to: 1100).last == .max)
        _ = begun(&pace, 64, from: 1100, to: 2000)
        #expect(pace.room(at: at(2010)) < .max)
        #expect(pace.room(at: at(2100)) == .max)
    }
}
