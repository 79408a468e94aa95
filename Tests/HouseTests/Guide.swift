import Foundation
import Testing

/// One page of the documentation: README.md, a page under .github, or an article of a DocC catalog.
struct Guide: CustomTestStringConvertible, Sendable {
    /// The path from the root of the repository.
    let path: String
    let text: String

    var testDescription: String { path }

    /// An article of the program's catalog by its name, such as `CommandLine`.
    init(_ name: String) throws {
        try self.init(path: "Sources/refgate/refgate.docc/\(name).md")
    }

    init(path: String) throws {
        self.path = path
        text = try House.text(path)
    }

    static func readme() throws -> Guide { try Guide(path: "README.md") }

    /// All pages: README.md, the articles of all catalogs, and the pages under .github.
    static func all() throws -> [Guide] {
        let articles = try House.files(under: "Sources", ending: [".md"])
            .filter { $0.path.contains(".docc/") }
        let pages = try House.files(under: ".github", ending: [".md"])
        return try ["README.md"].map(Guide.init(path:))
            + (articles + pages).map { try Guide(path: $0.path) }
    }

    /// The text without blocks of code, in which every line is Markdown.
    var prose: String { text.replacing(/(?m)^```(?s:.)*?^```$/, with: "") }

    /// The blocks marked `sh`, in order.
    var shellBlocks: [String] { blocks("sh") }

    /// The blocks that are marked with a language, in order.
    func blocks(_ language: String) -> [String] { Self.blocks(language, of: text) }

    static func blocks(_ language: String, of part: String) -> [String] {
        part.matches(of: /(?m)^```(?<language>\w+)\n(?<body>(?s:.)*?)^```$/)
            .filter { $0.output.language == language }.map { String($0.output.body) }
    }

    /// The lines under a heading, up to the next heading of its rank or above.
    func section(_ heading: String) -> String? {
        let rank = heading.prefix { $0 == "#" }.count
        var isCode = false
        var body: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isCode.toggle() }
            let marks = line.prefix { $0 == "#" }.count
            let isHeading = !isCode && marks > 0 && line.dropFirst(marks).hasPrefix(" ")
            if body != nil, isHeading, marks <= rank { break }
            body?.append(line)
            if isHeading, line == heading { body = [] }
        }
        return body?.joined(separator: "\n")
    }

    /// Every `refgate …` that a reader may type: in the blocks, and in single words of code.
    var invocations: [[String]] {
        let spans = text.matches(of: /`(?<code>refgate [^`]+)`/).map { span -> String in
            String(span.output.code).replacing("\n", with: " ")
        }
        return (shellBlocks + spans).flatMap(commands).compactMap { words in
            guard let place = words.firstIndex(where: isRefgate) else { return nil }
            return Array(words[(place + 1)...])
        }
    }

    private func isRefgate(_ word: String) -> Bool {
        word == "refgate" || word.hasSuffix("/refgate")
    }

    /// The words of each command of a script, separated at operators and without quotes. The lines between
    /// `<<'END'` and `END` are a file and not commands.
    private func commands(of script: String) -> [[String]] {
        let joined = script.replacing(/\\\n\s*/, with: " ")
        let plain = joined.replacing(/<<'END'(?s:.)*?\nEND\n/, with: "\n")
        return plain.split { "\n|&;()".contains($0) }.map { line in
            line.split(separator: " ").map { $0.trimmingCharacters(in: ["\"", "'"]) }
                .prefix { !$0.hasPrefix("#") }.filter { !$0.isEmpty }
        }
    }
}

extension Guide {
    /// A link of the page to another file or heading of the repository.
    struct Link {
        /// The path from the root of the repository.
        let path: String
        let anchor: String?
        let written: String
    }

    /// The relative links, in order.
    var links: [Link] {
        prose.matches(of: /\]\((?<target>[^)\s]+)\)/).compactMap { match in
            let written = String(match.output.target)
            guard !written.contains("://") else { return nil }
            let parts = written.split(separator: "#", omittingEmptySubsequences: false)
            let anchor = parts.count > 1 ? String(parts[1]) : nil
            guard !parts[0].isEmpty else {
                return Link(path: path, anchor: anchor, written: written)
            }
            let folder = path.split(separator: "/").dropLast()
            var segments: [Substring] = Array(folder)
            for segment in parts[0].split(separator: "/") {
                if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
            }
            return Link(
                path: segments.joined(separator: "/"), anchor: anchor, written: written)
        }
    }

    /// The anchors that GitHub gives to the headings: lower case, hyphens for spaces, without punctuation.
    var anchors: [String] {
        prose.matches(of: /(?m)^#+ (?<heading>.+)$/).map { match in
            String(
                match.output.heading.lowercased().compactMap { character -> Character? in
                    if character == " " { return "-" }
                    return character.isLetter || character.isNumber || "-_".contains(character)
                        ? character : nil
                })
        }
    }
}
