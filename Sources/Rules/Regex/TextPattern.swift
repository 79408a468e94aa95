/// A regular expression in RE2's syntax, matched anywhere in a text in linear time.
package struct TextPattern: Sendable {
    private let regex: Regex

    /// A pattern that is invalid or too large.
    package struct Failure: Error, CustomStringConvertible {
        /// The mistake as a clause.
        package let description: String
    }

    /// Compiles a pattern.
    package init(_ pattern: String) throws(Failure) {
        do { regex = try Regex(pattern) } catch {
            throw Failure(description: "the pattern is invalid: \(error)")
        }
    }

    /// True if a part of the text matches.
    package func matches(_ text: String) -> Bool { regex.matches(Array(text.utf8)) }
}
