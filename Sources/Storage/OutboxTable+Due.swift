import Time

extension OutboxTable {
    /// A delivery that may be sent.
    package struct Due: Equatable, Sendable {
        package var id: Int64
        package var type: String
        package var subject: Int64
        package var createdAt: Instant
        package var attempts: Int
        package var uncounted: Int
        /// What was sent at the first attempt, where that failed.
        package var body: [UInt8]?

        package init(
            id: Int64, type: String, subject: Int64, createdAt: Instant, attempts: Int = 0,
            uncounted: Int = 0, body: [UInt8]? = nil
        ) {
            self.id = id
            self.type = type
            self.subject = subject
            self.createdAt = createdAt
            self.attempts = attempts
            self.uncounted = uncounted
            self.body = body
        }
    }
}
