import Database
import HTTP
import Inbound
import Ledger
import Referrals
import Storage
import TestSupport
import Testing
import Time
import Transport

@Suite struct RatesTests {
    @Test func `the limit is reached and not exceeded, each by itself, until the span ends`() throws
    {
        let rates = Rates<String>(limit: 2, seconds: 60)
        let noon = Scratch.noon
        #expect((0..<3).map { _ in rates.take("a", at: noon).isWithin } == [true, true, false])
        #expect(rates.take("b", at: noon).remaining == 1)
        #expect(!rates.take("a", at: noon + .seconds(59)).isWithin)
        #expect(rates.take("a", at: noon + .seconds(59)).secondsLeft == 1)
        #expect(rates.take("a", at: noon + .seconds(60)).remaining == 1)
    }

    @Test func `those beyond the bound share one count`() {
        let rates = Rates<Int>(limit: 1, seconds: 60, mostKeys: 2)
        #expect(
            (0..<4).map { rates.take($0, at: Scratch.noon).isWithin } == [true, true, true, false])
        #expect(!rates.take(0, at: Scratch.noon).isWithin)
    }

    private struct SilentObserver: IntakeObserver, WriteObserver {
        func refused(source: String?, code: String) {}
        func committed(
            count: Int, took: Duration, failure: StorageError?, queues: QueueChanges
        ) {}
        func housekeepingFailed(_ error: StorageError) {}
    }

    @Test func `a source's requests are counted once for all loops`() throws {
        let scratch = try Scratch()
        let clock = WallClock { Scratch.noon }
        let queue = WriteQueue(
            clock: clock, observer: SilentObserver(), answer: { _ in },
            open: { throw StorageError.contradiction("no database") },
            reload: { _ in })
        let current = CurrentDeclarations(scratch.processor.declarations)
        let rates = Rates<ID<Referrals.Source>>(limit: 3, seconds: 1)
        let intakes = (0..<2).map { _ in
            Intake(
                queue: queue, current: current, clock: clock, maxBody: 1, rates: rates,
                observer: SilentObserver())
        }
        var fields = Fields()
        fields.append("content-type", "application/json")
        let target = try #require(Target("/hooks/src_test"))
        // The body is empty and thus complete; otherwise the missing signature would be refused here.
        let request = Request(method: .post, target: target, fields: fields)
        let admitted = (0..<6).map { number in
            if case .accept = intakes[number % 2].admit(request) { true } else { false }
        }
        #expect(admitted == [true, true, true, false, false, false])
    }
}
