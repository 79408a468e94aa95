/// How an attempt to deliver a notification went, for figures and the log.
package struct AttemptReport: Equatable, Sendable {
    package var webhook: Int64
    package var delivery: Int64
    /// The `webhook-id` that the receiver knows it by.
    package var id: String
    package var verdict: Verdict
    /// The status of the answer, or the code of the failure.
    package var code: String
    package var took: Duration
}
