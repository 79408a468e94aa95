import Foundation
import HTTP
import JSON
import Mapping
import Testing

/// A payload of `fixtures/payloads` and what its preset makes of it, from `fixtures/mapping`.
struct MappingFixture: CustomTestStringConvertible {
    let source: String
    let name: String

    var testDescription: String { "\(source)/\(name)" }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

    static let all: [MappingFixture] = {
        sources(in: "mapping").flatMap { source in
            names(in: "mapping/\(source)").map { MappingFixture(source: source, name: $0) }
        }
    }()

    static func sources(in folder: String) -> [String] {
        let found = try? FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: folder).path)
        return (found ?? []).sorted()
    }

    static func names(in folder: String) -> [String] {
        sources(in: folder).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: path)))
    }

    var body: [UInt8] { get throws { try Self.bytes("payloads/\(source)/\(name).json") } }

    var expectation: JSON.Value {
        get throws { try Document(parsing: Self.bytes("mapping/\(source)/\(name).json")).root }
    }

    /// Those of the payload and those its signature would bring.
    var headers: Fields {
        get throws {
            var fields = Fields()
            let path = "payloads/\(source)/\(name).headers"
            if FileManager.default.fileExists(atPath: Self.root.appending(path: path).path) {
                let text = String(decoding: try Self.bytes(path), as: UTF8.self)
                for line in text.split(separator: "\n") {
                    let parts = try #require(line.firstRange(of: ": "))
                    fields.append(
                        String(line[..<parts.lowerBound]), String(line[parts.upperBound...]))
                }
            }
            if let signed = try expectation["headers"] {
                for (key, value) in signed.members {
                    fields.append(key.string, try #require(value.string))
                }
            }
            return fields
        }
    }

    var preset: Preset { get throws { try #require(Preset.named(source)) } }

    func mapped() throws -> Mapped {
        let preset = try preset
        let headers = try headers
        let format = headers.first("content-type").map { BodyFormat(contentType: $0) } ?? .json
        #expect(format.map { preset.formats.contains($0) } == true)
        let document =
            format == .form
            ? try Form.document(from: body) : try Document(parsing: body)
        return try CompiledMapping(preset.mapping).map(document, headers: headers)
    }
}
