import Foundation
import JSON
import PublicSuites
import Testing

@testable import Rules

/// Random rules, bytes and patterns; each seed gives one trial.
///
/// `REFGATE_FUZZ_SECONDS` goes on for so long, from `REFGATE_FUZZ_SEED` on.
@Suite struct RandomRuleTests {
    @Test(arguments: 0..<40) func `any rule compiles or is refused, and decides the same twice`(
        _ seed: Int
    ) throws {
        try Trial(seed: UInt64(seed)).rules(count: 20)
    }

    @Test(arguments: 0..<20) func `any bytes are read or refused`(_ seed: Int) throws {
        try Trial(seed: UInt64(seed)).bytes(count: 200)
    }

    @Test(.enabled(if: Suite.isPresent, Comment(rawValue: PublicSuites.absence)), arguments: 0..<20)
    func `rules that were right once and are not any more are read or refused`(
        _ seed: Int
    ) throws {
        try Trial(seed: UInt64(seed)).mutants(of: Suite.published + Suite.extra, count: 50)
    }

    @Test(arguments: 0..<20) func `any pattern matches what following every way matches`(
        _ seed: Int
    ) throws {
        try Trial(seed: UInt64(seed)).patterns(count: 50)
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["REFGATE_FUZZ_SECONDS"].flatMap(Double.init)

    @Test(.enabled(if: seconds != nil, "REFGATE_FUZZ_SECONDS asks for it"))
    func `whatever is written for as long as is asked comes to an answer`() throws {
        let end = Date.now.addingTimeInterval(Self.seconds ?? 0)
        var seed = Self.environment["REFGATE_FUZZ_SEED"].flatMap(UInt64.init) ?? 1000
        var slowest = 0.0
        let first = seed
        while Date.now < end {
            // Written before it is tried: whatever ends the process has a seed.
            if seed % 100 == 0 { FileHandle.standardError.write(Data("seed \(seed)\n".utf8)) }
            let start = clock()
            let trial = Trial(seed: seed)
            try trial.rules(count: 20)
            try trial.bytes(count: 50)
            if Suite.isPresent {
                try trial.mutants(of: Suite.published + Suite.extra, count: 20)
            }
            try trial.patterns(count: 20)
            // Of the processor: others may have it meanwhile.
            let taken = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            if taken > slowest {
                slowest = taken
                print("seed \(seed) took \(taken) s, the longest yet")
            }
            seed += 1
        }
        print("seeds \(first)..<\(seed), 110 cases each; the slowest took \(slowest) s")
    }
}

extension Result where Success == Rules.Value, Failure == EvaluationError {
    func isSame(as other: Self) -> Bool {
        switch (self, other) {
        case (.success(let a), .success(let b)): a.isSame(as: b)
        case (.failure(let a), .failure(let b)): a.all.map(\.reason) == b.all.map(\.reason)
        default: false
        }
    }
}
