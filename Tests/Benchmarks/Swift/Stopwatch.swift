/// The measuring of a call that takes nanoseconds.
enum Stopwatch {
    /// Nanoseconds of one call in the quickest of several rounds: disturbances only make a round slower.
    ///
    /// - Parameters:
    ///   - iterations: the calls in a round.
    ///   - body: the call; returns a number, not negative, that depends on its work.
    static func best(
        _ iterations: Int, rounds: Int = 7, _ body: () throws -> Int
    ) rethrows -> Double {
        var quickest = Double.infinity
        var sum = 0
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<iterations { sum &+= try body() }
            quickest = min(quickest, (ContinuousClock.now - start) / .nanoseconds(iterations))
        }
        // Uses the results, so that the calls are not optimised away.
        precondition(sum >= 0)
        return quickest
    }

    /// Prints the nanoseconds of one call in the quickest of five rounds, after a warm-up.
    ///
    /// - Parameter calls: the calls in all five rounds.
    static func measure(_ name: String, _ calls: Int, _ body: () -> Int) {
        _ = best(calls / 10, rounds: 1, body)
        print("\(name): \(Int(best(calls / 5, rounds: 5, body).rounded())) ns")
    }
}
