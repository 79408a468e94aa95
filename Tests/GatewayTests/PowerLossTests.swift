import Foundation
import TestSupport
import Testing

/// `kill -9` proves no fsync, since the system keeps what was written. Here what was not synced is lost.
@Suite(.serialized) struct PowerLossTests {
    private static let seeds =
        ProcessInfo.processInfo.environment["REFGATE_POWER_SEEDS"].flatMap { UInt64($0) } ?? 200

    private func losses(_ seed: UInt64, synchronous: String) throws -> (response: Int, [String]) {
        let driver = try PowerDriver(seed: seed)
        try driver.run(synchronous: synchronous)
        return (driver.acknowledged.count, driver.losses())
    }

    @Test func `loss of power at a random instant loses nothing that was acknowledged`() throws {
        var response = 0
        for seed in 1...Self.seeds {
            let (count, found) = try losses(seed, synchronous: "FULL")
            response += count
            #expect(found == [], "seed \(seed), after \(count) answers")
        }
        // The instants are spread over the whole of the load.
        #expect(response > Int(Self.seeds) * 10)
        print("loss of power: \(Self.seeds) seeds, \(response) acknowledged events")
    }

    @Test(arguments: ["OFF", "NORMAL"])
    func `without an fsync for each commit the same checks find losses`(_ synchronous: String)
        throws
    {
        var seedsWithLoss = 0
        for seed in UInt64(1)...20 {
            let (count, found) = try losses(seed, synchronous: synchronous)
            if count > 0, !found.isEmpty { seedsWithLoss += 1 }
        }
        #expect(seedsWithLoss >= 10, "of 20 seeds")
    }
}
