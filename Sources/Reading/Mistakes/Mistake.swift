/// One mistake in a file: its place, the text found, and the correction.
package struct Mistake: Equatable, Sendable {
    /// The name of the file.
    package let file: String
    /// The line, counted from 1; nil if the mistake is about the whole file.
    package let line: Int?
    /// The column in code points, counted from 1.
    package let column: Int?
    /// The JSON pointer (RFC 6901); nil in a CSV file.
    package let pointer: String?
    /// The mistake as data.
    package let fault: Fault
    /// The line with secrets masked; nil if the line does not help.
    package let excerpt: Excerpt?

    /// A description of the text found.
    package var found: String { fault.found }
    /// The allowed values; may be empty.
    package var allowed: String { fault.allowed }
    /// A sentence that says how to correct the mistake.
    package var remedy: String { fault.remedy }

    /// Creates a mistake.
    package init(
        file: String, line: Int? = nil, column: Int? = nil, pointer: String? = nil, fault: Fault,
        excerpt: Excerpt? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.pointer = pointer
        self.fault = fault
        self.excerpt = excerpt
    }

    /// The part of a line around a mistake.
    package struct Excerpt: Equatable, Sendable {
        /// The text, with secrets masked.
        package let text: String
        /// The number of columns before the mistake.
        package let indent: Int
        /// The number of columns of the mistake.
        package let width: Int

        /// Creates an excerpt.
        package init(text: String, indent: Int, width: Int) {
            self.text = text
            self.indent = indent
            self.width = width
        }
    }
}

/// All mistakes of a file, in the order of their places. A file with any mistake is refused.
package struct Mistakes: Error, Equatable, Sendable {
    /// The mistakes, in the order of their places.
    package let list: [Mistake]
    /// The number of further mistakes that were not kept.
    package let omitted: Int

    /// Creates a list of mistakes.
    package init(_ list: [Mistake], omitted: Int = 0) {
        self.list = list
        self.omitted = omitted
    }

    /// The number of all mistakes, including those not kept.
    package var count: Int { list.count + omitted }
}
