import Foundation
import Gateway
import TestSupport
import Testing
import Transport

/// A gateway with a key, asked over one keep-alive connection.
final class APIScene {
    let gateway: ScratchGateway
    let client: Client
    let key: String

    private init(_ gateway: ScratchGateway) throws {
        self.gateway = gateway
        key = try gateway.makeKey()
        client = try gateway.connect()
    }

    /// Runs a test, and sees that the audit finds nothing afterwards.
    static func play(
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
    func ask(
        _ method: String, _ path: String, _ body: Any? = nil,
        _ fields: [(name: String, value: String)] = []
    ) throws -> Told {
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

    func get(_ path: String) throws -> Told { try ask("GET", path) }

    /// Creates something, and tells its number.
    func create(
        _ path: String, _ body: [String: Any], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Int {
        let told = try ask("POST", path, body)
        #expect(told.status == 201, "\(told)", sourceLocation: sourceLocation)
        return try #require(told.json["id"] as? Int, sourceLocation: sourceLocation)
    }
}

extension Told {
    /// The rows of a list.
    var data: [[String: Any]] { list("data") }
    /// Nil at the end of a list, and of a list only.
    var next: String? {
        #expect(json["next"] != nil, "a page of a list is needed: \(self)")
        return json["next"] as? String
    }
    /// The pointers of what is wrong with a body.
    var pointers: [String] {
        (json["errors"] as? [[String: Any]] ?? []).compactMap { $0["pointer"] as? String }
    }
    func text(_ name: String) -> String? { json[name] as? String }
    func number(_ name: String) -> Int? { json[name] as? Int }
}
