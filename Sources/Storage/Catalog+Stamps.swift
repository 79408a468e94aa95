import Database

extension Catalog {
    /// A kind of declaration that a gateway keeps in memory.
    package enum Kind: String, CaseIterable, Sendable { case campaigns, sources, webhooks, keys }

    /// The stamps of all kinds.
    func stamps() throws(StorageError) -> [[UInt8]] {
        var stamps: [[UInt8]] = []
        for kind in Kind.allCases { stamps.append(try stamp(of: kind)) }
        return stamps
    }

    /// The stamp of a kind. It differs from every earlier one as soon as any process adds, changes
    /// or removes a declaration of that kind.
    package func stamp(of kind: Kind) throws(StorageError) -> [UInt8] {
        let statement = try session.prepare("SELECT value FROM meta WHERE name = ?1")
        try statement.bind(1, "stamp_" + kind.rawValue)
        guard try statement.step() else { return [] }
        defer { statement.reset() }
        return statement.bytes(0)
    }
}
