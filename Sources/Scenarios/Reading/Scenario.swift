import Declarations
import JSON
import Referrals
import Time
import Workspace

/// A scenario: steps for a gateway with the expected responses, read completely and without
/// mistakes.
package struct Scenario: Sendable {
    /// The name of the scenario.
    package let name: String
    /// The declarations before the first step, whose files are in `folder`.
    package let given: WorkspaceFile
    /// The folder of the files that the scenario names.
    package let folder: Folder
    /// The time at which the scenario begins; it moves only by `advance` steps.
    package let clock: Instant
    /// The steps in their order.
    package let steps: [Step]

    /// The clock of a scenario that declares none.
    package static let usualClock = Instant(clampingMicroseconds: 1_767_225_600_000_000)

    /// One step of a scenario.
    package struct Step: Sendable {
        /// The number of the step, from 1.
        package let number: Int
        /// The line in the file, counted from 1.
        package let line: Int
        /// The action of the step.
        package let action: Action
    }

    /// The actions of steps.
    package enum Action: Sendable {
        case post(Post, Expectation)
        case call(Call, Expectation)
        case advance(seconds: Int64)
        case apply(WorkspaceFile, Folder)
        case expectDeliveries([ExpectedDelivery])
    }
}

extension Scenario {
    /// A message of a partner, sent once or several times.
    package struct Post: Sendable {
        /// The source with its secrets, as declared before this step.
        package var source: SourceEntry
        /// The body.
        package var body: [UInt8]
        /// The sender's id of the message; nil if the payload or the headers have it.
        package var eventID: String?
        /// Additional header fields.
        package var headers: [Header]
        /// The number of posts; `{n}` in body, id and headers is replaced by the number of the
        /// post, from 1.
        package var times: Int
        /// The number of concurrent posts.
        package var concurrency: Int
        /// The change after signing; nil for a valid message.
        package var tampering: Tampering?
        /// The time to sign.
        package var signedAt: SigningTime
        /// The secret to sign with; nil for those of the source.
        package var secret: String?
    }

    /// A header field in addition to the signature's; without a value the field is removed.
    package struct Header: Equatable, Sendable {
        /// The name of the field.
        package let name: String
        /// The value; nil to remove the field.
        package let value: String?

        /// Creates a header field.
        package init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// The part that is changed after signing, or, for `secret`, the secret that is replaced
    /// before.
    package enum Tampering: String, CaseIterable, Sendable {
        case body, signature, timestamp, secret
    }

    /// The time that a message is signed with.
    package enum SigningTime: Equatable, Sendable {
        case now
        case at(Instant)
        case after(seconds: Int64)
    }

    /// An operator's request to the HTTP API.
    package struct Call: Sendable {
        /// The HTTP method.
        package var method: String
        /// The path with its query.
        package var path: String
        /// The body; nil without one.
        package var body: [UInt8]?
        /// Additional header fields.
        package var headers: [Header]
    }

    /// A notification that must be queued.
    package struct ExpectedDelivery: Sendable {
        /// The name of the webhook; nil for any.
        package let webhook: String?
        /// The type; nil for any.
        package let type: String?
        /// The members that the data must have; nil for any.
        package let data: Value?
    }
}
