import Foundation
import Gateway
import Testing

/// The gateway's OpenAPI document, and the comparison of responses and notifications with it.
package enum APIDescription {
    /// An operation of the document.
    private struct Operation {
        let method: String
        let segments: [Substring]
        let responses: [String: Any]
    }

    nonisolated(unsafe) private static let document: [String: Any] = {
        let bytes = OpenAPI.document
        return (try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]) ?? [:]
    }()

    nonisolated(unsafe) private static let operations: [Operation] = {
        let paths = document["paths"] as? [String: [String: [String: Any]]] ?? [:]
        return paths.flatMap { template, methods in
            methods.map { method, operation in
                Operation(
                    method: method.uppercased(), segments: template.split(separator: "/"),
                    responses: operation["responses"] as? [String: Any] ?? [:])
            }
        }
    }()

    nonisolated(unsafe) private static let validator = SchemaValidator(document, isClosed: true)

    /// The names of the operations, as `GET /api/v1/keys/{key}`.
    package static var names: Set<String> {
        Set(operations.map { "\($0.method) /\($0.segments.joined(separator: "/"))" })
    }

    // MARK: Responses

    /// The statuses that a connection answers any request with: they precede or cut off every route.
    private static let ofTheConnection: Set<Int> = [
        400, 404, 405, 408, 411, 413, 414, 415, 417, 429, 431, 500, 501, 503, 505,
    ]

    /// The faults of a response: a status that its operation does not have, another media type, a body
    /// that the schema refuses. A target that no operation serves has a problem.
    package static func faults(
        of response: ServerResponse, to method: String, _ target: String
    ) -> [String] {
        let path = target.prefix { $0 != "?" }.split(separator: "/")
        let found = operations.filter { fits($0.segments, path) }
        // Literal segments are nearer than parameters: `participants/export` is no number.
        let nearest = found.max { literals($0.segments) < literals($1.segments) }
        let operation = found.first {
            $0.method == (method == "HEAD" ? "GET" : method)
                && literals($0.segments) == literals(nearest?.segments ?? [])
        }
        if method == "OPTIONS", response.status == 204 { return [] }
        let described = operation?.responses["\(response.status)"] as? [String: Any]
        guard let described = described.map(resolved) else {
            guard operation == nil || ofTheConnection.contains(response.status) else {
                return ["\(method) \(target) has no response \(response.status)"]
            }
            return problemFaults(response, method)
        }
        return bodyFaults(response, described, method)
    }

    private static func problemFaults(_ response: ServerResponse, _ method: String) -> [String] {
        guard response.status >= 400 else { return ["\(response.status) is described nowhere"] }
        guard method != "HEAD", !response.body.isEmpty else { return [] }
        let schema = ["$ref": "#/components/schemas/Problem"]
        return faults(of: response, against: schema, "application/problem+json")
    }

    private static func bodyFaults(
        _ response: ServerResponse, _ described: [String: Any], _ method: String
    ) -> [String] {
        let content = described["content"] as? [String: [String: Any]] ?? [:]
        let found = response[field: "content-type"]?.prefix { $0 != ";" }
        let named = content.first { $0.key == found.map(String.init) } ?? content.first
        guard let (mediaType, body) = named else {
            return response.body.isEmpty ? [] : ["\(response.status) has a body"]
        }
        if method == "HEAD" { return [] }
        return faults(of: response, against: body["schema"] ?? false, mediaType)
    }

    private static func faults(
        of response: ServerResponse, against schema: Any, _ mediaType: String
    ) -> [String] {
        let found = response[field: "content-type"]?.prefix { $0 != ";" }
        guard found.map(String.init) == mediaType else {
            return ["\(response.status) has the media type \(found ?? "")"]
        }
        guard mediaType.hasSuffix("json") else { return [] }
        let body = try? JSONSerialization.jsonObject(
            with: Data(response.body), options: [.fragmentsAllowed])
        guard let body else { return ["\(response.status) is not JSON"] }
        return validator.faults(of: body, against: schema).map { "\(response.status) \($0)" }
    }

    private static func resolved(_ response: [String: Any]) -> [String: Any] {
        guard let reference = response["$ref"] as? String else { return response }
        let name = reference.split(separator: "/").last.map(String.init) ?? ""
        let components = document["components"] as? [String: [String: Any]]
        return components?["responses"]?[name] as? [String: Any] ?? [:]
    }

    private static func fits(_ template: [Substring], _ path: [Substring]) -> Bool {
        template.count == path.count
            && zip(template, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    private static func literals(_ segments: [Substring]) -> Int {
        segments.count { !$0.hasPrefix("{") }
    }

    // MARK: Notifications

    /// The faults of a notification's body: the type and the dialect are found in it, and their schema must
    /// accept it.
    package static func faults(ofNotification body: [UInt8]) -> [String] {
        guard let value = try? JSONSerialization.jsonObject(with: Data(body)),
            let object = value as? [String: Any]
        else {
            return ["a notification is not an object: \(String(decoding: body, as: UTF8.self))"]
        }
        let schemas =
            (document["components"] as? [String: [String: Any]])?["schemas"] as? [String: Any]
            ?? [:]
        let dialect =
            if object["event_type"] != nil {
                "Referralloop"
            } else if object["type"] != nil {
                "Standard"
            } else if object["participant"] != nil {
                "ReferralsCom"
            } else { "ReferralFactory" }
        let faults = schemas.filter { $0.key.hasSuffix("In" + dialect) }.map { name, schema in
            validator.faults(of: object, against: schema).map { "\(name)\($0)" }
        }
        if faults.contains(where: \.isEmpty) { return [] }
        return faults.min { $0.count < $1.count } ?? ["no schema for the dialect \(dialect)"]
    }
}
