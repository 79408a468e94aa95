import Mapping
import Referrals
import Time
import Webhooks

/// A source, compiled: how its messages are verified and read.
package final class SourceSettings: Sendable {
    package let number: ID<Referrals.Source>
    package let id: String
    package let account: Int64
    package let version: Int64
    package let verifier: Verifier
    package let mapping: CompiledMapping
    package let bodyFormats: [BodyFormat]
    package let codeOf: CodeOwner
    package let campaign: ID<Campaign>?
    package let isPaused: Bool

    package init(
        number: ID<Referrals.Source>, id: String, account: Int64, version: Int64,
        verifier: Verifier,
        mapping: CompiledMapping, bodyFormats: [BodyFormat], codeOf: CodeOwner,
        campaign: ID<Campaign>?, isPaused: Bool
    ) {
        self.number = number
        self.id = id
        self.account = account
        self.version = version
        self.verifier = verifier
        self.mapping = mapping
        self.bodyFormats = bodyFormats
        self.codeOf = codeOf
        self.campaign = campaign
        self.isPaused = isPaused
    }

    var facts: SourceFacts { SourceFacts(isPaused: isPaused, codeOf: codeOf) }
}
