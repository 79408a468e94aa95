import Foundation
import Gateway
import Testing
import Transport

/// A gateway with a key, asked over one keep-alive connection.
package final class APIScene {
    package let gateway: ScratchGateway
    package let client: Client
    package let key: String

    private init(_ gateway: ScratchGateway) throws {
        self.gateway = gateway
        key = try gateway.makeKey()
        client = try gateway.connect()
    }

    /// Runs a test, and sees that the audit finds nothing afterwards.
    package static func play(
        _ declared: DeclaredWorkspace = DeclaredWorkspace(),
        configure: (inout Configuration) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation, _ test: (APIScene) throws -> Void
    ) throws {
        try ScratchGateway.play(
            declared, configure: configure, sourceLocation: sourceLocation
        ) { gateway in
            try test(APIScene(gateway))
        }
    }

    /// Asks with the key; a body is sent as JSON.
    @discardableResult
    package func ask(
        _ method: String, _ path: String, _ body: Any? = nil,
        _ fields: [(name: String, value: String)] = []
    ) throws -> ServerResponse {
        var all = [(name: "X-API-Key", value: key)] + fields
        var bytes: [UInt8]?
        if let body {
            bytes = Array(try JSONSerialization.data(withJSONObject: body, options: [.sortedKeys]))
            if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
                all.append(("Content-Type", "application/json"))
            }
        }
        return try client.request(method, "/api/v1/" + path, all, body: bytes)
    }

    package func get(_ path: String) throws -> ServerResponse { try ask("GET", path) }

    /// Creates something, and tells its number.
    package func create(
        _ path: String, _ body: [String: Any], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Int {
        let response = try ask("POST", path, body)
        #expect(response.status == 201, "\(response)", sourceLocation: sourceLocation)
        return try #require(response.json["id"] as? Int, sourceLocation: sourceLocation)
    }
}
