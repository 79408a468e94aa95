import Testing

/// The rows of the requirements that a test shows, such as `S4-6`, or `C9` for a contradiction between them.
///
/// The guide's page "Coverage" lists the tests of each row. `Tests/write-guides` writes the page from the sources of
/// the tests, so the names are literals.
package struct Rows: TestTrait {
    package let names: [String]
}

extension Trait where Self == Rows {
    package static func rows(_ names: String...) -> Rows { Rows(names: names) }
}
