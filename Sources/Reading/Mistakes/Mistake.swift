/// One mistake in a file that somebody wrote: where, what, and what to do.
package struct Mistake: Equatable, Sendable {
    package let file: String
    /// Counted from 1; nil where the mistake is about the file as a whole.
    package let line: Int?
    /// Counted from 1, in code points.
    package let column: Int?
    /// Where it stands in a JSON text (RFC 6901); nil in a CSV file.
    package let pointer: String?
    package let fault: Fault
    /// The line with what must not be shown blotted out; nil where it can't help.
    package let excerpt: Excerpt?

    package var found: String { fault.found }
    package var allowed: String { fault.allowed }
    package var remedy: String { fault.remedy }

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

    /// A part of the line around the mistake.
    package struct Excerpt: Equatable, Sendable {
        package let text: String
        /// How many columns stand before the mistake, and how many it takes.
        package let indent: Int
        package let width: Int

        package init(text: String, indent: Int, width: Int) {
            self.text = text
            self.indent = indent
            self.width = width
        }
    }
}

/// What makes a file refused: all its mistakes, in the order in which they stand.
package struct Mistakes: Error, Equatable, Sendable {
    package let list: [Mistake]
    /// How many more there are than are kept.
    package let omitted: Int

    package init(_ list: [Mistake], omitted: Int = 0) {
        self.list = list
        self.omitted = omitted
    }

    package var count: Int { list.count + omitted }
}
