import Synchronization
import TestSupport
import Testing

@testable import Storage

@Suite struct SlicedSortTests {
    private final class Comparisons: Sendable {
        let count = Mutex(0)
    }

    private struct Counted: Comparable {
        let value: UInt64
        let comparisons: Comparisons

        static func < (one: Self, other: Self) -> Bool {
            one.comparisons.count.withLock { $0 += 1 }
            return one.value < other.value
        }

        static func == (one: Self, other: Self) -> Bool { one.value == other.value }
    }

    @Test(arguments: [0, 1, 511, 512, 513, 8_192, 8_200])
    func `each step does little, and the last one has all in order`(_ count: Int) {
        var random = Seeded(7)
        let comparisons = Comparisons()
        let values = (0..<count).map { _ in random.next() }
        var sort = SlicedSort(values.map { Counted(value: $0, comparisons: comparisons) })
        var sorted: [Counted]?
        var most = 0
        while sorted == nil {
            let before = comparisons.count.withLock { $0 }
            sorted = sort.step()
            most = max(most, comparisons.count.withLock { $0 } - before)
        }
        #expect(sorted?.map(\.value) == values.sorted())
        #expect(most <= 12_000, "sorting 8,192 at once takes more than 100,000")
    }
}
