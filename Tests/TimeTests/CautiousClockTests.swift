import Synchronization
import Testing

@testable import Time

@Suite struct CautiousClockTests {
    /// A wall clock that the test sets, with an uptime that only advances.
    private final class Hands: Sendable {
        private let state = Mutex((offset: Duration.zero, uptime: Duration.zero))
        static let start = Instant(rfc3339: "2026-11-21T12:00:00Z") ?? .earliest

        var clock: WallClock {
            WallClock(
                now: { self.state.withLock { Self.start + $0.uptime + $0.offset } },
                uptime: { self.state.withLock { $0.uptime } })
        }

        func pass(_ duration: Duration) { state.withLock { $0.uptime += duration } }
        func set(_ offset: Duration) { state.withLock { $0.offset = offset } }
    }

    private let hands = Hands()

    @Test func `a clock that goes on is believed`() {
        var clock = CautiousClock(hands.clock)
        for _ in 0..<5 {
            #expect(clock.now() == hands.clock.now())
            hands.pass(.seconds(86_400))
        }
        #expect(clock.setbacks == 0)
    }

    @Test func `a clock that is ahead for a while is not believed, and time goes on beside it`() {
        var clock = CautiousClock(hands.clock)
        _ = clock.now()
        hands.set(.seconds(400_000_000))
        for seconds in [0, 1, 100, 598] {
            hands.pass(.seconds(seconds == 0 ? 0 : 1))
            #expect(clock.now() < Hands.start + .seconds(600), "\(seconds)")
        }
        hands.set(.zero)
        #expect(clock.now() == hands.clock.now())
        // The rows dated in the meantime are checked.
        #expect(clock.setbacks == 1)
    }

    @Test func `a clock that stays ahead is believed after ten minutes`() {
        var clock = CautiousClock(hands.clock)
        _ = clock.now()
        hands.set(.seconds(400_000_000))
        #expect(clock.now() == Hands.start)
        hands.pass(.seconds(599))
        #expect(clock.now() == Hands.start + .seconds(599))
        hands.pass(.seconds(1))
        #expect(clock.now() == hands.clock.now())
        hands.pass(.seconds(1))
        #expect(clock.now() == hands.clock.now())
        #expect(clock.setbacks == 0)
    }

    @Test func `a clock that is set back is believed at once`() {
        var clock = CautiousClock(hands.clock)
        _ = clock.now()
        hands.set(.seconds(-100_000))
        #expect(clock.now() == hands.clock.now())
        #expect(clock.setbacks == 1)
        hands.set(.seconds(-100_010))
        #expect(clock.now() == hands.clock.now())
        #expect(clock.setbacks == 1)
    }

    @Test func `a clock that a test moves on is believed at once`() {
        let time = Mutex(Hands.start)
        var clock = CautiousClock(WallClock { time.withLock { $0 } })
        _ = clock.now()
        time.withLock { $0 += .seconds(86_400 * 31) }
        #expect(clock.now() == Hands.start + .seconds(86_400 * 31))
    }
}
