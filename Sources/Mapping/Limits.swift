import Rules

/// What one body may ask of a mapping. All of it is counted, so a body is read the same on any machine.
enum Limits {
    /// Items that `each` may give: they share one transaction.
    static let items = 1000
    /// Bytes of a mapped text; ids and keys go into indexes.
    static let textBytes = 512
    /// Aliases of one conversion.
    static let businessKeys = 16
    /// Texts of one event that may be its referral code.
    static let codeCandidates = 8
    /// For one expression over one item.
    static let expression = Budget(cost: 100_000, size: 1 << 20)
    /// For all expressions over all items of a body: room for a full batch at what presets cost. The
    /// loop serves no other connection meanwhile, and a unit takes about 50 ns.
    static let body = Budget(cost: 400_000, size: 8 << 20)
}
