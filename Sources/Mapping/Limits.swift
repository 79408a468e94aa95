import Rules

/// The limits of mapping one body. They are counted and not timed, so a body is mapped the same way
/// on any machine.
enum Limits {
    /// The most items that `each` may select: they share one transaction.
    static let items = 1000
    /// The most bytes of a mapped text; ids and keys are indexed.
    static let textBytes = 512
    /// The most aliases of one conversion.
    static let businessKeys = 16
    /// The most texts of one event that may be its referral code.
    static let codeCandidates = 8
    /// The budget of one expression for one item.
    static let expression = Budget(cost: 100_000, size: 1 << 20)
    /// The budget of all expressions for all items of a body: enough for a full batch with the
    /// costs of presets. The loop serves no other connection meanwhile, and a unit takes about 50
    /// ns.
    static let body = Budget(cost: 400_000, size: 8 << 20)
}
