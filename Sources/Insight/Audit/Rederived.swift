import Ledger
import Mapping
import Referrals

/// The remaining basis of a stored event's decision.
package struct Rederived {
    /// The degree to which the basis is known.
    package enum Content {
        case qualification(Retrial)
        case reversal(MappedEvent, Reversal)
        case link(MappedEvent)
        case unmapped([MappingProblem])
        case notOurs
        /// The basis is lost, without a fault in the database.
        case lost(Loss)
        /// The stored parts contradict each other.
        case broken(Flaw)
    }

    /// The reason for which a decision cannot be derived again.
    package enum Loss: Equatable, Sendable {
        /// The body was erased.
        case body
        case sourceVersion
        case campaignVersion
        /// A person whose data the conditions read was deleted.
        case person
        /// The facts were written in the format of another release.
        case factsFormat
    }

    /// A contradiction in the stored parts.
    package enum Flaw: Equatable, Sendable {
        case body
        case fingerprint
        case factsMissing
        case facts
        case versionMissing(String, Int64)
        case revisionMissing(ID<Participant>, Int64)
    }

    /// The basis, as far as it is known.
    package var content: Content
    /// The campaign in the version of the decision, also if the rest is lost.
    package var campaign: CampaignSettings?

    init(_ content: Content) { self.content = content }
}

extension Rederived.Loss: CustomStringConvertible {
    /// The reason as a clause.
    package var description: String {
        switch self {
        case .body: "its body was erased"
        case .sourceVersion: "this release cannot read the version of its source"
        case .campaignVersion: "this release cannot read the version of its campaign"
        case .person: "a person that its conditions read was deleted"
        case .factsFormat: "its facts were stored in the format of another release"
        }
    }
}

extension Rederived.Flaw: CustomStringConvertible {
    /// The contradiction as a clause.
    package var description: String {
        switch self {
        case .body: "its body cannot be read"
        case .fingerprint: "its body differs from the one that was received"
        case .factsMissing: "the facts of its decision are not stored"
        case .facts: "the facts of its decision cannot be read"
        case .versionMissing(let row, let version):
            "version \(version) of \(row), which it names, is not stored"
        case .revisionMissing(let id, let revision):
            "revision \(revision) of participant \(id.number), which its decision read, is not stored"
        }
    }
}
