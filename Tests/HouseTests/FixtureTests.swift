import Fixtures
import Foundation
import Testing

/// The files that the program holds are those of the repository.
@Suite struct FixtureTests {
    @Test func `the program holds every fixture of the demonstration, byte for byte`() throws {
        let root = House.root.appending(path: "fixtures")
        var names = ["workspace.json"]
        for folder in ["payloads", "demo"] {
            let place = root.appending(path: folder)
            for name in try FileManager.default.subpathsOfDirectory(atPath: place.path()) {
                let values = try place.appending(path: name).resourceValues(forKeys: [
                    .isDirectoryKey
                ])
                if values.isDirectory != true { names.append("\(folder)/\(name)") }
            }
        }
        let held = Fixture.all
        #expect(Set(held.map(\.path)) == Set(names), "run Tests/embed-fixtures")
        for fixture in held {
            let data = try Data(contentsOf: root.appending(path: fixture.path))
            #expect(Data(fixture.bytes) == data, "\(fixture.path)")
        }
    }
}
