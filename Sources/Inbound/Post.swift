import Referrals
import Transport

/// What one request brought: one message, or the items of a list, to be settled and then answered.
package final class Post: Sendable {
    package let source: SourceSettings
    package let messages: [Incoming]
    /// Whether the body was a list, which is answered by a list.
    package let isBatch: Bool
    package let reply: Reply

    package init(source: SourceSettings, messages: [Incoming], isBatch: Bool, reply: Reply) {
        self.source = source
        self.messages = messages
        self.isBatch = isBatch
        self.reply = reply
    }

    /// For an answer that is an error: what is answered as it should be has no line in the log.
    var labelledReply: Reply { reply.labelled(reply.label ?? "POST /hooks/\(source.id)") }
}
