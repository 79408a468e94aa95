import Sockets
import Testing

@testable import Transport

@Suite struct DeadlinesTests {
    private let patience = Patience(ServerLimits())

    private func moment(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: seconds * 1_000_000_000)
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

    @Test func `writing has a clock of its own, which each byte taken starts again`() {
        var deadlines = Deadlines()
        #expect(!deadlines.isWritingLate(at: moment(1000)))
        deadlines.startWriting(1 << 20, from: moment(0), patience)
        deadlines.wait(for: .nothing, from: moment(1), patience)
        deadlines.continueWriting(from: moment(20), patience)
        #expect(!deadlines.isWritingLate(at: moment(49)))
        #expect(deadlines.isWritingLate(at: moment(50)))
        deadlines.stopWriting()
        #expect(!deadlines.isWritingLate(at: moment(50)))
    }

    @Test func `bytes that are taken one by one do not hold the whole answer open for ever`() {
        // The first part of 256 KiB has 30 s, and so has each further one.
        for (bytes, seconds) in [(1, 30), (256 << 10, 60), (1 << 20, 150)] {
            var deadlines = Deadlines()
            deadlines.startWriting(bytes, from: moment(0), patience)
            for second in 0..<Int64(seconds) {
                deadlines.continueWriting(from: moment(second), patience)
                #expect(!deadlines.isWritingLate(at: moment(second)))
            }
            deadlines.continueWriting(from: moment(Int64(seconds)), patience)
            #expect(deadlines.isWritingLate(at: moment(Int64(seconds))))
        }
    }

    @Test func `the time for an answer runs from the oldest request, and again after each answer`()
    {
        var deadlines = Deadlines()
        deadlines.expectAnswer(from: moment(0), patience)
        deadlines.expectAnswer(from: moment(100), patience)
        #expect(!deadlines.isAnswerLate(at: moment(119)))
        #expect(deadlines.isAnswerLate(at: moment(120)))
        deadlines.answered(isLast: false, at: moment(110), patience)
        #expect(!deadlines.isAnswerLate(at: moment(229)))
        #expect(deadlines.isAnswerLate(at: moment(230)))
        deadlines.answered(isLast: true, at: moment(110), patience)
        #expect(!deadlines.isAnswerLate(at: moment(1000)))
    }

    @Test func `a wait began when it changed, not when it was looked at again`() {
        var deadlines = Deadlines()
        #expect(deadlines.since == .never)
        deadlines.wait(for: .idle, from: moment(1), patience)
        deadlines.wait(for: .idle, from: moment(2), patience)
        #expect(deadlines.since == moment(1))
        deadlines.wait(for: .header, from: moment(3), patience)
        #expect(deadlines.since == moment(3))
        deadlines.wait(for: .nothing, from: moment(4), patience)
        #expect(deadlines.since == .never)
    }
}
