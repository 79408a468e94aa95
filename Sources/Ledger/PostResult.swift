import Database

/// The result of a request, to be sent to the partner.
package struct PostResult: Sendable {
    /// The request.
    package var post: Post
    /// The answers to the messages in their order, or the failure because of which the request as a
    /// whole is refused.
    package var result: Result<[Answer], StorageError>
    /// The number of messages of a list that were recorded, if another one failed.
    package var recorded = 0
}
