import Sockets
import Testing

@testable import Transport

@Suite struct DeadlinesTests {
    private let patience = Patience(ServerLimits())

    private func moment(_ seconds: Int64) -> Moment {
        Moment(nanoseconds: seconds * 1_000_000_000)
    }

    @Test func `each wait has its own time`() {
        for (waiting, seconds) in [
            (Deadlines.Waiting.idle, 60), (.header, 10), (.body, 30), (.drain, 2),
        ] {
            var deadlines = Deadlines()
            deadlines.wait(for: waiting, from: moment(5), patience)
            #expect(!deadlines.isReadingLate(at: moment(5 + Int64(seconds) - 1)))
            #expect(deadlines.isReadingLate(at: moment(5 + Int64(seconds))))
        }
    }

    @Test func `what drips in does not buy time, the next wait does`() {
        var deadlines = Deadlines()
        deadlines.wait(for: .header, from: moment(0), patience)
        deadlines.wait(for: .header, from: moment(9), patience)
        #expect(deadlines.isReadingLate(at: moment(10)))
        deadlines.stopWaiting()
        #expect(!deadlines.isReadingLate(at: moment(1000)))
        deadlines.wait(for: .header, from: moment(9), patience)
        #expect(!deadlines.isReadingLate(at: moment(18)))
        #expect(deadlines.isReadingLate(at: moment(19)))
    }

    @Test func `writing has a clock of its own, which each octet taken winds up`() {
        var deadlines = Deadlines()
        #expect(!deadlines.isWritingLate(at: moment(1000)))
        deadlines.expectWriting(from: moment(0), patience)
        deadlines.wait(for: .nothing, from: moment(1), patience)
        deadlines.expectWriting(from: moment(20), patience)
        #expect(!deadlines.isWritingLate(at: moment(49)))
        #expect(deadlines.isWritingLate(at: moment(50)))
        deadlines.stopWriting()
        #expect(!deadlines.isWritingLate(at: moment(50)))
    }

    @Test func `only an idle connection may make room`() {
        var deadlines = Deadlines()
        #expect(deadlines.idleUntil == .never)
        deadlines.wait(for: .idle, from: moment(1), patience)
        #expect(deadlines.idleUntil == moment(61))
        deadlines.wait(for: .header, from: moment(2), patience)
        #expect(deadlines.idleUntil == .never)
    }
}
