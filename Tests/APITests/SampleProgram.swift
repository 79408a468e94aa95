import Foundation
import TestSupport
import Testing

@testable import API

/// A sample of a sender, in a folder of its own.
struct SampleProgram {
    private let folder: ScratchFolder
    private let command: [String]

    init(_ text: String, _ language: SenderSample.Language) throws {
        folder = try ScratchFolder()
        let name =
            switch language {
            case .curl: "send.sh"
            case .python: "send.py"
            case .node: "send.mjs"
            case .go: "send.go"
            case .php: "send.php"
            case .swift: "main.swift"
            }
        let file = URL(filePath: folder.path).appending(path: name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        if language == .swift {
            try Self.build(file.path, usesCrypto: text.contains("import Crypto"), in: folder)
            command = ["\(folder.path)/send"]
        } else {
            command = try #require(Self.command(for: language)) + [file.path]
        }
    }

    /// Runs the program with its standard error beside its output.
    func run(_ arguments: [String], secret: String) throws -> FinishedProcess {
        try FinishedProcess(
            ["env", "REFGATE_SECRET=\(secret)"] + command + arguments, folder: folder.path,
            errors: .output)
    }

    /// True if an output says that the event was sent before.
    static func saysRepeat(_ output: String) -> Bool {
        output.contains("was sent before") || output.contains("\"duplicate\":true")
    }

    private static func command(for language: SenderSample.Language) -> [String]? {
        switch language {
        case .curl: ["sh"]
        case .python: ["python3"]
        case .node: ["node"]
        case .go: ["go", "run"]
        case .php: ["php"]
        case .swift: nil
        }
    }

    /// The program that runs the samples of a language; nil for one that is built.
    static func tool(for language: SenderSample.Language) -> String? {
        command(for: language)?.first
    }

    static func isInstalled(_ tool: String) -> Bool {
        (try? FinishedProcess(["sh", "-c", "command -v \(tool)"]).status) == 0
    }

    private static func build(_ file: String, usesCrypto: Bool, in folder: ScratchFolder) throws {
        func build(_ words: [String]) throws {
            let run = try FinishedProcess(words, folder: folder.path, errors: .output)
            try #require(run.status == 0, "\(words.joined(separator: " ")): \(run.output)")
        }
        var flags = ["-swift-version", "6", "-warnings-as-errors"]
        if usesCrypto {
            try build([
                "swiftc", "-emit-module", "-emit-library", "-static", "-parse-as-library",
                "-module-name", "Crypto", ForeignPackages.path(of: "SwiftCrypto/Crypto.swift"),
                "-o", "libCrypto.a",
            ])
            flags += ["-I", ".", "-L", ".", "-lCrypto", "-lcrypto"]
        }
        try build(["swiftc", file, "-o", "send"] + flags)
    }
}
