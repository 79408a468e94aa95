/// What look-ups of names may take, and how long their answers count.
package struct LookupLimits: Sendable {
    /// Look-ups at once. Each thread costs some tens of KiB and a descriptor while it waits.
    package var threads = 64
    /// Of these, threads that only names take whose last look-up was prompt.
    package var kept = 8
    /// Threads for names whose last look-up was slow.
    package var slow = 16
    /// A look-up that takes longer is slow, whatever it brings.
    package var prompt = Duration.seconds(1)
    /// How long addresses are remembered. getaddrinfo(3) does not tell how long the name servers allow.
    package var addresses = Duration.seconds(30)
    /// How long a failure is remembered.
    package var failure = Duration.seconds(5)
    /// How long the failure of a slow look-up is remembered: it costs a thread for seconds.
    package var slowFailure = Duration.seconds(30)
    /// How long addresses stand in for those that a slow look-up does not bring (RFC 8767).
    package var lastKnown = Duration.seconds(300)
    /// Names that are remembered.
    package var names = 4096

    package init() {}
}
