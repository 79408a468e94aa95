import Foundation
import TestSupport

/// The repository as it lies on the disk.
enum House {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All files under a folder whose names end so, sorted, with their paths from the root.
    static func files(under folder: String, ending endings: [String]) throws -> [File] {
        let paths = try FileManager.default.subpathsOfDirectory(
            atPath: root.appending(path: folder).path)
        return try paths.filter { path in
            endings.contains { path.hasSuffix($0) }
        }.sorted().map { File(path: "\(folder)/\($0)", text: try text("\(folder)/\($0)")) }
    }

    /// Everything that is compiled into the product.
    static func sources() throws -> [File] {
        try files(under: "Sources", ending: [".swift", ".c", ".h"])
    }

    /// What git keeps, one path each.
    static func kept() throws -> [String] {
        let git = try FinishedProcess(["git", "-C", root.path, "ls-files", "-z"])
        return git.output.split(separator: "\0").map(String.init)
    }
}

/// A file of text.
struct File {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// `JSON` of `Sources/JSON/Value.swift`.
    var target: String { String(path.split(separator: "/")[1]) }

    /// Each line in which the pattern is found, as `path:line: text`.
    func lines(matching pattern: some RegexComponent) -> [String] {
        lines.enumerated().filter { $0.element.contains(pattern) }.map {
            "\(path):\($0.offset + 1): \($0.element.trimmingCharacters(in: .whitespaces))"
        }
    }
}
