import Mapping
import Referrals
import Storage
import Webhooks

/// A compiled source: the verification and reading of its messages.
package final class SourceSettings: Sendable {
    /// The source's number in the database.
    package let number: ID<Referrals.Source>
    /// The source's id in the database and in the address of its hook.
    package let storedID: String
    /// The source's id as its account declares it.
    package let id: String
    /// The account that owns the source.
    package let account: ID<Account>
    /// The number of the declaration's version.
    package let version: Int64
    /// Nil if the stored secrets cannot be used: no message of the source can be verified then.
    package let verifier: Verifier?
    /// The rules for reading messages.
    package let reading: SourceReading
    /// The role of the person whose code an event carries.
    package let codeOf: CodeOwner
    /// The campaign of the source's events; nil if the code determines it.
    package let campaign: ID<Campaign>?
    /// True if the source's events are parked until it is resumed.
    package let isPaused: Bool
    /// True for the source of the API's own events.
    package let isBuiltIn: Bool
    /// True if the id that the mapping finds lies inside the signed bytes. An id from an unsigned
    /// header could be changed by anyone who replays a delivery.
    package let isIDSigned: Bool

    package init(
        number: ID<Referrals.Source>, storedID: String, account: ID<Account>, version: Int64,
        verifier: Verifier?, reading: SourceReading, codeOf: CodeOwner,
        campaign: ID<Campaign>?, isPaused: Bool, isBuiltIn: Bool = false
    ) {
        self.number = number
        self.storedID = storedID
        id = SourceName.declared(storedID)
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

    /// The mapping from a body to events.
    package var mapping: CompiledMapping { reading.mapping }
    /// The accepted formats of a body.
    package var bodyFormats: [BodyFormat] { reading.bodyFormats }

    /// The same version of the source, paused or not.
    func with(isPaused: Bool) -> SourceSettings {
        SourceSettings(
            number: number, storedID: storedID, account: account, version: version,
            verifier: verifier, reading: reading, codeOf: codeOf, campaign: campaign,
            isPaused: isPaused, isBuiltIn: isBuiltIn)
    }
}
