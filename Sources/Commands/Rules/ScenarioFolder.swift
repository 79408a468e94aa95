import FoundationEssentials
import Invocation
import Scenarios

/// The folder in which a command saves scenarios about a workspace.
struct ScenarioFolder {
    /// The path of the folder.
    let path: String
    /// The path of the workspace from the folder.
    private let workspace: FactScenario.Given

    /// Creates the folder if it does not exist.
    init(_ path: String, workspace: String) throws(Failure) {
        self.path = path
        try Files.makeFolder(path)
        self.workspace = .file(Files.path(of: workspace, from: path))
    }

    /// Creates the folder if it does not exist; its scenarios contain the workspace.
    init(_ path: String, workspace: [UInt8]) throws(Failure) {
        self.path = path
        try Files.makeFolder(path)
        self.workspace = .text(workspace)
    }

    /// Writes a scenario and returns its path. An existing file of the name is replaced.
    func save(_ witness: Witness, as name: String) throws(Failure) -> String {
        let letters = name.lowercased().map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "-"
        }
        let file = "\(path)/\(String(letters)).json"
        try Files.write(String(decoding: witness.text(workspace), as: UTF8.self), to: file)
        return file
    }
}

extension Files {
    /// The path of a file as seen from a folder.
    static func path(of file: String, from folder: String) -> String {
        let target = parts(of: file)
        let start = parts(of: folder)
        let common = zip(target, start).prefix { $0 == $1 }.count
        return (start.dropFirst(common).map { _ in ".." } + target.dropFirst(common))
            .joined(separator: "/")
    }

    /// True if both paths lead to one file, as far as their texts show.
    static func isSame(_ path: String, _ other: String) -> Bool {
        parts(of: path) == parts(of: other)
    }

    /// The names of an absolute path, without `.` and `..`.
    private static func parts(of path: String) -> [Substring] {
        let whole =
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        return whole.split(separator: "/").reduce(into: []) { parts, part in
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
        }
    }
}
