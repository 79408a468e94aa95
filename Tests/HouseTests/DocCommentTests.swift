import Testing

/// The wording of doc comments, and the share of declarations that have one.
@Suite struct DocCommentTests {
    /// Targets whose comments have not been revised yet. The list only shrinks.
    static let unrevised: Set = ["Benchmarks"]
    /// The least share of documented declarations in a target, in per cent.
    static let leastDocumented = 70

    private static func files() throws -> [File] {
        try House.files(under: "Sources", ending: [".swift"])
            .filter { !unrevised.contains($0.target) }
    }

    @Test func `a doc comment opens with what it is about`() throws {
        let opening = /^\s*\/\/\/ (What|Whether|How|Who)\b/
        let found = try Self.files().flatMap { file in
            let lines = file.lines
            return lines.indices.filter { index in
                lines[index].contains(opening)
                    && (index == 0 || !lines[index - 1].contains(/^\s*\/\/\//))
            }.map { "\(file.path):\($0 + 1): \(lines[$0])" }
        }
        #expect(found == [])
    }

    @Test func `doc comments use the words of the field`() throws {
        let words = /^\s*\/\/\/.*\b([Tt]old|[Nn]obody|[Ww]hoever|[Aa]new)\b/
        let found = try Self.files().flatMap { $0.lines(matching: words) }
        #expect(found == [])
    }

    @Test func `most declarations for other targets are documented`() throws {
        let declarations = try Dictionary(grouping: Self.files(), by: \.target)
            .mapValues { $0.flatMap(Self.declarations) }
        #expect(declarations.values.contains { $0.count > 100 })
        let found = declarations.filter { _, all in
            all.count(where: \.isDocumented) * 100 < all.count * Self.leastDocumented
        }.map { target, all in
            "\(target): \(all.count(where: \.isDocumented)) of \(all.count)"
        }.sorted()
        #expect(found == [])
    }

    private struct Declaration {
        let isDocumented: Bool
    }

    /// The types, functions, initialisers and properties of a file that other targets can use.
    private static func declarations(of file: File) -> [Declaration] {
        let lines = file.lines
        return lines.indices.filter { isDeclaration(lines[$0]) }.map { index in
            // Attributes and the reason for one may lie between a declaration and its comment.
            let above = lines[..<index].last { !$0.contains(/^\s*(@|\/\/(?!\/))/) }
            return Declaration(isDocumented: above?.contains(/^\s*\/\/\//) ?? false)
        }
    }

    private static func isDeclaration(_ line: Substring) -> Bool {
        // Nearly all lines end here: a regular expression for each takes seconds.
        guard let first = line.utf8.first(where: { $0 != UInt8(ascii: " ") }),
            first == UInt8(ascii: "p") || first == UInt8(ascii: "@")
        else { return false }
        let access = #/^\s*(@\w+(\([^)]*\))? +)*(package|public) +/#
        let modifiers = #/((final|static|mutating|borrowing|consuming|nonisolated|override) +)*/#
        let kinds = #/(struct|class|enum|actor|protocol|typealias|func|init|var|let|subscript)\b/#
        guard let start = line.prefixMatch(of: access) else { return false }
        var rest = line[start.range.upperBound...]
        if let convenience = rest.prefixMatch(of: #/(convenience|indirect|private\(set\)) +/#) {
            rest = rest[convenience.range.upperBound...]
        }
        if let match = rest.prefixMatch(of: modifiers) { rest = rest[match.range.upperBound...] }
        return rest.prefixMatch(of: kinds) != nil
    }
}
