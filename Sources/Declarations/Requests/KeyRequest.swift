import JSON
import Reading
import Referrals
import Schemas
import Time
import Webhooks

/// The body of a request for an API key.
package struct KeyRequest: Equatable, Sendable {
    /// The events that the key may send: live or test events.
    package enum Mode: String, CaseIterable, Sendable { case live, test }

    /// The name of the key; nil for the default.
    package var name: String?
    /// The events that the key may send.
    package var mode: Mode

    /// Reads the body. `takesMode` is true for a new key; false for one that is renamed, whose
    /// name is then required.
    package static func read(_ body: Document, takesMode: Bool) throws(Mistakes) -> KeyRequest {
        try request(body) { members in
            let name = members.text("name", required: !takesMode)
            let mode = takesMode ? members.choice("mode", of: Mode.self) : nil
            return KeyRequest(name: name, mode: mode ?? .live)
        }
    }

    /// The schema of the body; as for `read`, of a new key or of one that is renamed.
    package static func schema(takesMode: Bool) -> JSONSchema {
        let name = JSONSchema.text(atMost: 200).described("The name of the key.")
        return takesMode
            ? .named(
                "KeyCreation",
                .closed([
                    .optional("name", name.nullable),
                    .optional("mode", .choice(Mode.self).nullable),
                ]))
            : .named("KeyChange", .closed([.required("name", name)]))
    }
}
