import Transport

extension Configuration {
    /// Descriptors for the database and its log (three for each of a handful of connections), the listeners, the
    /// loops and the standard streams.
    private static let descriptorsOfItsOwn = 64
    /// At most so many are kept for connections to receivers, and at most a quarter of all.
    private static let mostForDeliveries = 1024

    /// Lowers the number of connections to what a process can hold that may have `limit` descriptors open,
    /// and leaves what the gateway itself needs: a client must never be able to take the last descriptor.
    package mutating func fit(toDescriptors limit: Int) {
        let reserved = Self.descriptorsOfItsOwn + min(Self.mostForDeliveries, limit / 4)
        limits.maxConnections = min(limits.maxConnections, max(1, limit / 4, limit - reserved))
    }
}
