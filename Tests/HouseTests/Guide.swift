import Foundation

/// README.md, as far as it can be checked.
struct Readme {
    let text: String

    init() throws { text = try House.text("README.md") }

    /// The blocks marked `sh`, in order.
    var shellBlocks: [String] { Self.blocks("sh", of: text) }

    /// The blocks of a part of it that are marked with a language, in order.
    static func blocks(_ language: String, of part: String) -> [String] {
        part.matches(of: /(?m)^```(?<language>\w+)\n(?<body>(?s:.)*?)^```$/)
            .filter { $0.output.language == language }.map { String($0.output.body) }
    }

    /// What stands under a heading, up to the next of its rank or above.
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
        let spans = text.matches(of: /`(?<code>refgate [^`\n]+)`/).map { String($0.output.code) }
        return (shellBlocks + spans).flatMap(commands).compactMap { words in
            guard let place = words.firstIndex(where: isRefgate) else { return nil }
            return Array(words[(place + 1)...])
        }
    }

    private func isRefgate(_ word: String) -> Bool {
        word == "refgate" || word.hasSuffix("/refgate")
    }

    /// The words of each command of a script, as far as quotes and operators tell them apart. What stands
    /// between `<<'END'` and `END` is a file and no command.
    private func commands(of script: String) -> [[String]] {
        let joined = script.replacing(/\\\n\s*/, with: " ")
        let plain = joined.replacing(/<<'END'(?s:.)*?\nEND\n/, with: "\n")
        return plain.split { "\n|&;()".contains($0) }.map { line in
            line.split(separator: " ").map { $0.trimmingCharacters(in: ["\"", "'"]) }
                .prefix { !$0.hasPrefix("#") }.filter { !$0.isEmpty }
        }
    }
}
