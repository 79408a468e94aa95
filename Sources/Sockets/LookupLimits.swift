/// The limits of name lookups, and the lifetime of their results.
package struct LookupLimits: Sendable {
    /// The number of concurrent lookups. Each waiting thread costs some tens of KiB and a
    /// descriptor.
    package var threads = 64
    /// The number of these threads reserved for names whose last lookup was prompt.
    package var kept = 8
    /// The number of threads for names whose last lookup was slow.
    package var slow = 16
    /// The duration beyond which a lookup counts as slow, whatever its result.
    package var prompt = Duration.seconds(1)
    /// The lifetime of addresses. getaddrinfo(3) does not report the time to live that the name
    /// servers give.
    package var addresses = Duration.seconds(30)
    /// The lifetime of a failure.
    package var failure = Duration.seconds(5)
    /// The lifetime of the failure of a slow lookup, which costs a thread for seconds.
    package var slowFailure = Duration.seconds(30)
    /// The age up to which old addresses replace those that a slow lookup does not deliver (RFC
    /// 8767).
    package var lastKnown = Duration.seconds(300)
    /// The number of names remembered.
    package var names = 4096

    package init() {}
}
