import Foundation
import Schemas
import TestSupport
import Testing
import Workspace

@testable import Scenarios

/// The fixtures follow the schemas of their formats, as another validator reads them.
@Suite(.enabled(if: ForeignPackages.areToBeAsked)) struct FileSchemaTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

    private static func files(under folder: String, ending: String) throws -> [URL] {
        let folder = fixtures.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(ending) }.map { folder.appending(path: $0) }
    }

    @Test func `each scenario follows the schema`() throws {
        let files = try Self.files(under: "scenarios", ending: ".json")
        #expect(files.count > 10)
        let faults = try ForeignPackages.faults(
            in: try files.map { try String(contentsOf: $0, encoding: .utf8) },
            against: Scenario.schema.document(titled: "scenario"))
        for (file, found) in zip(files, faults) { #expect(found == [], "\(file.path)") }
    }

    @Test func `the workspace follows the schema, and a wrong one does not`() throws {
        let text = try String(
            contentsOf: Self.fixtures.appending(path: "workspace.json"), encoding: .utf8)
        let schema = WorkspaceFile.schema.document(titled: "workspace")
        let faults = try ForeignPackages.faults(
            in: [text, #"{"campaigns": [{"id": "one"}]}"#, #"{"zzz": 1}"#], against: schema)
        #expect(faults[0] == [])
        #expect(faults[1] != [])
        #expect(faults[2] != [])
    }
}
