import Declarations
import JSON
import Referrals
import Time
import Workspace

/// A story told to a gateway, with what it must answer: read whole and without a mistake.
package struct Scenario: Sendable {
    package let name: String
    /// What is declared before the first step, and where the files lie that it names.
    package let given: WorkspaceFile
    package let folder: Folder
    /// When the story begins; time moves on by `advance` only.
    package let clock: Instant
    package let steps: [Step]

    /// The clock of a scenario that names none.
    package static let usualClock = Instant(clampingMicroseconds: 1_767_225_600_000_000)

    /// One step, with its place among them from 1 and its line in the file.
    package struct Step: Sendable {
        package let number: Int
        package let line: Int
        package let action: Action
    }

    package enum Action: Sendable {
        case post(Post, Expectation)
        case call(Call, Expectation)
        case advance(seconds: Int64)
        case apply(WorkspaceFile, Folder)
        case expectDeliveries([ExpectedDelivery])
    }
}

extension Scenario {
    /// What a partner sends, once or several times.
    package struct Post: Sendable {
        /// The source with its secrets, as it is declared at this step.
        package var source: SourceEntry
        package var body: [UInt8]
        package var eventID: String?
        package var headers: [Header]
        /// How often; `{n}` in body, id and headers is then the number of the post, from 1.
        package var times: Int
        /// How many of them at once.
        package var concurrency: Int
        package var tampering: Tampering?
        package var signedAt: SigningTime
        /// The secret to sign with; nil for those that the source has.
        package var secret: String?
    }

    /// A header beside those of the signature; without a value one is taken away.
    package struct Header: Equatable, Sendable {
        package let name: String
        package let value: String?

        package init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// What is changed after the sender has signed, or, for `secret`, what it signs with.
    package enum Tampering: String, CaseIterable, Sendable {
        case body, signature, timestamp, secret
    }

    package enum SigningTime: Equatable, Sendable {
        case now
        case at(Instant)
        case after(seconds: Int64)
    }

    /// What an operator asks of the HTTP API.
    package struct Call: Sendable {
        package var method: String
        package var path: String
        package var body: [UInt8]?
        package var headers: [Header]
    }

    /// A notification that must be queued.
    package struct ExpectedDelivery: Sendable {
        package let webhook: String?
        package let type: String?
        package let data: Value?
    }
}
