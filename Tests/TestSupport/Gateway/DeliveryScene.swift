import Foundation
import Sockets
import Testing
import Transport

/// A gateway that may call this machine, with one webhook for each URL.
package enum DeliveryScene {
    package static let loopback = DestinationRules(
        allowed: [AddressRange("127.0.0.0/8"), AddressRange("::1/128")].compactMap { $0 },
        allowsPlain: true)

    package static func webhook(
        _ name: String, _ url: String, _ changes: [String: Any] = [:]
    ) -> [String: Any] {
        var webhook: [String: Any] = [
            "name": name, "url": url, "secret": Sender.secret,
            "events": ["conversion.created", "reward.issued"],
        ]
        webhook.merge(changes) { $1 }
        return webhook
    }

    package static func declared(_ webhooks: [[String: Any]], leads: Int = 1) -> DeclaredWorkspace {
        var declared = DeclaredWorkspace(
            rewards: [
                [
                    "kind": "credit", "value": ["amount": 500, "currency": "EUR"],
                    "cap": ["count": 10_000, "per": "referrer"],
                ]
            ], leads: leads)
        declared.webhooks = webhooks
        return declared
    }

    /// Waits until the database says so; what another thread does tells itself by nothing else.
    package static func wait(
        for sql: String, in database: ScratchDatabase,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try database.count(sql) == 0 {
            guard ContinuousClock.now < deadline else {
                Issue.record("\(sql) did not come true", sourceLocation: sourceLocation)
                return
            }
            poll(nil, 0, 5)
        }
    }
}
