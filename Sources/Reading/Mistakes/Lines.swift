/// Computes lines and columns of ascending places in a text, with an excerpt of the line around
/// each.
package struct Lines {
    /// The maximum number of bytes shown on either side of a mistake.
    private static let reach = 60

    private let bytes: [UInt8]
    private let hidden: [Range<Int>]
    private var lineStart = 0
    private var line = 1

    /// Begins at the start of a text. The hidden ranges are masked in all excerpts.
    package init(of bytes: [UInt8], hiding hidden: [Range<Int>] = []) {
        self.bytes = bytes
        self.hidden = hidden.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// A place in a text.
    package struct Place {
        /// The line, counted from 1.
        package var line: Int
        /// The column in code points, counted from 1.
        package var column: Int
        /// The part of the line around the place.
        package var excerpt: Mistake.Excerpt
    }

    /// Returns the line and column of a range. Ranges must be requested in ascending order.
    package mutating func place(of range: Range<Int>) -> Place {
        precondition(range.lowerBound >= lineStart, "lines are counted forwards")
        var index = lineStart
        while index < min(range.lowerBound, bytes.count) {
            if bytes[index] == UInt8(ascii: "\n") {
                line += 1
                lineStart = index + 1
            }
            index += 1
        }
        let column = codePoints(lineStart..<min(range.lowerBound, bytes.count)) + 1
        return Place(line: line, column: column, excerpt: excerpt(of: range))
    }

    private func codePoints(_ range: Range<Int>) -> Int {
        var count = 0
        for index in range where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private func excerpt(of range: Range<Int>) -> Mistake.Excerpt {
        var end = min(range.lowerBound, bytes.count)
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r")
        { end += 1 }
        let markedStart = min(range.lowerBound, end)
        let marked =
            markedStart..<codePointStart(min(range.upperBound, end, markedStart + Self.reach))
        var start = lineStart
        if marked.lowerBound - start > Self.reach {
            start = codePointStart(marked.lowerBound - Self.reach)
        }
        if end - marked.upperBound > Self.reach {
            end = codePointStart(marked.upperBound + Self.reach)
        }
        var shown = Shown()
        if start > lineStart { shown.text.append("…") }
        show(start..<marked.lowerBound, in: &shown)
        // Leading white space is dropped.
        while shown.text.first == " " { shown.text.removeFirst() }
        let indent = shown.text.unicodeScalars.count
        show(marked, in: &shown)
        let width = shown.text.unicodeScalars.count - indent
        show(marked.upperBound..<end, in: &shown)
        if end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r") {
            shown.text.append("…")
        }
        return Mistake.Excerpt(text: shown.text, indent: indent, width: width)
    }

    private struct Shown {
        var text = ""
        /// The end of the secret that was masked last.
        var hiddenUpTo = 0
    }

    private func show(_ range: Range<Int>, in shown: inout Shown) {
        var index = range.lowerBound
        while index < range.upperBound {
            if let secret = hiddenRange(at: index) {
                if secret.upperBound != shown.hiddenUpTo { shown.text.append("•••") }
                shown.hiddenUpTo = secret.upperBound
                index = secret.upperBound
                continue
            }
            var next = index + 1
            while next < range.upperBound, bytes[next] & 0xC0 == 0x80 { next += 1 }
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x7F {
                shown.text.append(" ")
            } else {
                shown.text.append(
                    contentsOf: String(decoding: bytes[index..<next], as: UTF8.self))
            }
            index = next
        }
    }

    private func hiddenRange(at index: Int) -> Range<Int>? {
        var low = 0
        var high = hidden.count
        while low < high {
            let middle = (low + high) / 2
            if hidden[middle].lowerBound <= index { low = middle + 1 } else { high = middle }
        }
        // Ranges may contain one another; the outermost one that reaches this index may be a few
        // places before it.
        for range in hidden[..<low].reversed().prefix(8) where range.contains(index) {
            return range
        }
        return nil
    }

    private func codePointStart(_ index: Int) -> Int {
        var index = min(index, bytes.count)
        while index > 0, index < bytes.count, bytes[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }
}
