import Transport

extension Configuration {
    /// The descriptors for the database and its log (three for each of a handful of connections),
    /// the listeners, the loops and the standard streams.
    private static let descriptorsOfItsOwn = 64
    /// The largest number reserved for connections to receivers; never more than a quarter of all.
    private static let mostForDeliveries = 1024

    /// Lowers the number of connections to the number that a process with `limit` descriptors can
    /// hold, and reserves those that the gateway itself needs: a client must never be able to take
    /// the last descriptor.
    package mutating func fit(toDescriptors limit: Int) {
        let reserved = Self.descriptorsOfItsOwn + min(Self.mostForDeliveries, limit / 4)
        limits.maxConnections = min(limits.maxConnections, max(1, limit / 4, limit - reserved))
    }
}
