import Referrals
import Transport

/// The content of one request: one message, or the items of a list, to be processed and then
/// answered.
package final class Post: Sendable {
    /// The source that sent the request.
    package let source: SourceSettings
    /// The messages in the order of the list.
    package let messages: [Incoming]
    /// True if the body was a list; the response is a list too.
    package let isBatch: Bool
    /// The reply to the request.
    package let reply: Reply

    package init(source: SourceSettings, messages: [Incoming], isBatch: Bool, reply: Reply) {
        self.source = source
        self.messages = messages
        self.isBatch = isBatch
        self.reply = reply
    }

    /// The reply for an error, with a label for the log; a success has no line in the log.
    package var labelledReply: Reply {
        reply.labelled(reply.label ?? "POST /hooks/\(source.storedID)")
    }
}
