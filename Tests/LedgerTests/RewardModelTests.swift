import Foundation
import Testing

/// The gateway's rewards are those of the reference model, whatever partners and operators do.
///
/// `REFGATE_REWARD_HISTORIES` is the number of histories, 300 without it; a seed that fails is named.
@Suite struct RewardModelTests {
    private static let histories =
        ProcessInfo.processInfo.environment["REFGATE_REWARD_HISTORIES"].flatMap { UInt64($0) }
        ?? 300

    /// Histories in ten parts, so that a run uses all cores.
    @Test(arguments: 0..<10 as Range<UInt64>)
    func `each history has the rewards of the model`(_ part: UInt64) throws {
        for seed in 1...Self.histories where seed % 10 == part {
            let found = try RewardHistory(seed: seed).play()
            #expect(found == nil, "seed \(seed)")
            if found != nil { return }
        }
    }
}
