import Foundation
import HTTP
import Referrals
import TestSupport
import Testing

@testable import API

/// The API's description of itself.
@Suite struct ReferenceTests {
    @Test func `each served route is an operation of the document, and no other but the hook`() {
        let served =
            API.routes.map { "\($0.method.name) \($0.template)" } + ["POST /hooks/{source}"]
        #expect(APIDescription.names == Set(served))
    }

    @Test func `the name of each operation is its own`() {
        let names = API.routes.map(\.operation)
        #expect(Set(names).count == names.count)
    }

    @Test(.rows("S4-28")) func `the document is served without a key`() throws {
        try APIScene.play { scene in
            let response = try scene.gateway.connect().request("GET", "/openapi.json")
            try #require(response.status == 200, "\(response)")
            #expect(response.json["openapi"] as? String == "3.1.0")
            let webhooks = response.json["webhooks"] as? [String: Any] ?? [:]
            #expect(Set(webhooks.keys) == Set(NotificationType.allCases.map(\.rawValue)))
        }
    }

    @Test func `each type of notification has a schema and an example that follows it`() throws {
        try APIScene.play { scene in
            let response = try scene.get("event-types")
            try #require(response.status == 200, "\(response)")
            let types: [[String: Any]] = response.list("data")
            #expect(
                types.map { $0["type"] as? String } == NotificationType.allCases.map(\.rawValue))
            for type in types {
                let dialects = type["dialects"] as? [String: [String: Any]] ?? [:]
                #expect(dialects.count == 4)
                for (name, dialect) in dialects {
                    let schema = try #require(dialect["schema"] as? [String: Any])
                    let faults = SchemaValidator(schema, isClosed: true)
                        .faults(of: try #require(dialect["example"]), against: schema)
                    #expect(faults == [], "\(type["type"] ?? "") in \(name)")
                }
            }
        }
    }

    @Test func `each reason code has a meaning and a remedy`() throws {
        try APIScene.play { scene in
            let response = try scene.get("reasons")
            try #require(response.status == 200, "\(response)")
            let reasons: [[String: Any]] = response.list("data")
            #expect(reasons.map { $0["code"] as? String } == ReasonCode.allCases.map(\.text))
            for reason in reasons {
                #expect(reason["meaning"] as? String != "")
                #expect(reason["remedy"] as? String != "")
            }
        }
    }
}
