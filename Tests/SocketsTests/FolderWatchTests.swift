import Foundation
import Sockets
import Testing

@Suite struct FolderWatchTests {
    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "refgate-watch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    @Test func `a written file ends the wait, and has another version`() throws {
        let url = try folder()
        defer { try? FileManager.default.removeItem(at: url) }
        let file = url.appending(path: "a.json")
        let watch = try FolderWatch()
        try watch.add(url.path)
        #expect(FileVersion(path: file.path) == nil)
        try Data("1".utf8).write(to: file)
        #expect(watch.wait())
        let version = try #require(FileVersion(path: file.path))
        #expect(FileVersion(path: file.path) == version)
        try Data("12".utf8).write(to: file)
        #expect(watch.wait())
        #expect(FileVersion(path: file.path) != version)
    }

    @Test func `a stopped watch waits no more`() throws {
        let watch = try FolderWatch()
        watch.stop()
        #expect(!watch.wait())
        #expect(!watch.wait())
    }

    @Test func `a folder that does not exist cannot be watched`() throws {
        let watch = try FolderWatch()
        #expect(throws: SystemError.self) { try watch.add("/nowhere/at/all") }
    }
}
