import Mapping
import Referrals
import Webhooks

/// A source, compiled: how its messages are verified and read.
package final class SourceSettings: Sendable {
    package let number: ID<Referrals.Source>
    package let id: String
    package let account: Int64
    package let version: Int64
    /// Nil where the stored secrets cannot be used: nothing that the source sends can be verified then.
    package let verifier: Verifier?
    package let reading: SourceReading
    package let codeOf: CodeOwner
    package let campaign: ID<Campaign>?
    package let isPaused: Bool
    /// Whether its events are the API's own.
    package let isBuiltIn: Bool
    /// Whether the id that the mapping gives lies inside the signed bytes. Where it rests on a header that
    /// is not signed, whoever replays a delivery could change it.
    let isIDSigned: Bool

    package init(
        number: ID<Referrals.Source>, id: String, account: Int64, version: Int64,
        verifier: Verifier?, reading: SourceReading, codeOf: CodeOwner,
        campaign: ID<Campaign>?, isPaused: Bool, isBuiltIn: Bool = false
    ) {
        self.number = number
        self.id = id
        self.account = account
        self.version = version
        self.verifier = verifier
        self.reading = reading
        self.codeOf = codeOf
        self.campaign = campaign
        self.isPaused = isPaused
        self.isBuiltIn = isBuiltIn
        if let verifier, case .only(let names) = reading.mapping.eventIDHeaderNames {
            isIDSigned = names.allSatisfy { verifier.scheme.signs(header: $0) }
        } else {
            isIDSigned = false
        }
    }

    package var mapping: CompiledMapping { reading.mapping }
    package var bodyFormats: [BodyFormat] { reading.bodyFormats }

    var facts: SourceFacts { SourceFacts(isPaused: isPaused, codeOf: codeOf) }
}
