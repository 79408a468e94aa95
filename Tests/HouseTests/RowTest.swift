import Foundation

/// A test that names rows of the requirements with the trait `.rows`, read from its source.
struct RowTest: Sendable {
    /// The sentence that is the test's name.
    let name: String
    /// The path of its file from the root of the repository.
    let path: String
    let rows: [String]

    static func all() throws -> [RowTest] {
        try files().flatMap { file in
            file.text.matches(
                of: /@Test\(\s*\.rows\((?<rows>[^)]*)\)(?:(?!@Test)(?s:.))*?func `(?<name>[^`]+)`/
            ).map { match in
                RowTest(
                    name: String(match.output.name), path: file.path,
                    rows: match.output.rows.matches(of: /"(?<row>[^"]*)"/).map {
                        String($0.output.row)
                    })
            }
        }
    }

    /// The number of traits in the sources, also those that name no test.
    static func traits() throws -> Int {
        try files().reduce(0) { $0 + $1.text.matches(of: /@Test\(\s*\.rows\(/).count }
    }

    private static func files() throws -> [File] {
        try House.files(under: "Tests", ending: [".swift"]).filter { $0.target != "HouseTests" }
    }
}
