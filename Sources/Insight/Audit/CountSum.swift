import Referrals
import Storage

/// Compares the changes of running counts with their first and last states, without a list of
/// either. Each change leads from one state of a count to the next, so that the sum of the mixed
/// numbers of all states after changes, less those before, is that of the last states less the
/// first ones. A missing or false change differs with a probability of one in 2^64.
struct CountSum {
    private var sum: UInt64 = 0

    var isBalanced: Bool { sum == 0 }

    /// Adds a change of a count, which leads to this state.
    mutating func add(_ counter: RunningCounts.Counter, _ tally: Tally, by change: Int64) {
        sum &+= Self.mixed(counter.holder, counter.subject, tally)
        sum &-= Self.mixed(counter.holder, counter.subject, tally.before(change))
    }

    /// Removes a count with its last state and its number at the beginning.
    mutating func remove(holder: Int64, subject: Int64, last: Tally, first: Int64) {
        sum &-= Self.mixed(holder, subject, last)
        sum &+= Self.mixed(holder, subject, Tally(count: first))
    }

    /// SplitMix64's finaliser over the numbers.
    private static func mixed(_ holder: Int64, _ subject: Int64, _ tally: Tally) -> UInt64 {
        var mixed = UInt64(bitPattern: holder) &* 0x9E37_79B9_7F4A_7C15
        for number in [subject, tally.step, tally.count] {
            mixed ^= UInt64(bitPattern: number) &* 0xD6E8_FEB8_6659_FD93
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
        }
        return mixed
    }
}
