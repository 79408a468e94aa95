import Reading

/// The result of one scan of a record's bytes.
enum CSVScan {
    case record(next: Int, lines: Int)
    case mishap(CSVFault, offset: Int)
    case unfinished

    /// Finds the fields of the record that begins at `start`.
    ///
    /// - Parameter hasEnded: true if no text follows.
    static func record(
        in text: borrowing Span<UInt8>, from start: Int, isLast hasEnded: Bool,
        _ fields: inout [CSVRecords.Field]
    ) -> CSVScan {
        fields.removeAll(keepingCapacity: true)
        let count = text.count
        var index = start
        var lines = 1
        guard index < count else { return .unfinished }
        while true {
            if index < count, text[index] == UInt8(ascii: "\"") {
                switch quoted(text, index, hasEnded) {
                case .closed(let field, let next, let breaks):
                    fields.append(field)
                    lines += breaks
                    index = next
                case .mishap(let fault, let offset): return .mishap(fault, offset: offset)
                case .unfinished: return .unfinished
                }
            } else {
                let first = index
                while index < count {
                    let byte = text[index]
                    // All bytes that end a field, and the quote, are less than or equal to the
                    // comma.
                    if byte <= UInt8(ascii: ",") {
                        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n")
                            || byte == UInt8(ascii: "\r")
                        {
                            break
                        }
                        if byte == UInt8(ascii: "\"") { return .mishap(.strayQuote, offset: index) }
                    }
                    index += 1
                }
                if index == count, !hasEnded { return .unfinished }
                fields.append(.init(start: first, end: index, hasQuotes: false))
            }
            guard index < count else { return .record(next: index, lines: lines) }
            switch text[index] {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "\n"): return .record(next: index + 1, lines: lines)
            default:  // CR
                guard index + 1 < count else {
                    return hasEnded ? .mishap(.strayCR, offset: index) : .unfinished
                }
                guard text[index + 1] == UInt8(ascii: "\n") else {
                    return .mishap(.strayCR, offset: index)
                }
                return .record(next: index + 2, lines: lines)
            }
        }
    }

    private enum Quoted {
        case closed(CSVRecords.Field, next: Int, breaks: Int)
        case mishap(CSVFault, offset: Int)
        case unfinished
    }

    /// Finds the end of a quoted field; `next` is a comma, a line end or the end of the text.
    private static func quoted(
        _ text: borrowing Span<UInt8>, _ opening: Int, _ hasEnded: Bool
    ) -> Quoted {
        let count = text.count
        var index = opening + 1
        var breaks = 0
        var hasQuotes = false
        while index < count {
            switch text[index] {
            case UInt8(ascii: "\""):
                guard index + 1 < count else {
                    guard hasEnded else { return .unfinished }
                    return .closed(
                        .init(start: opening + 1, end: index, hasQuotes: hasQuotes),
                        next: index + 1, breaks: breaks)
                }
                switch text[index + 1] {
                case UInt8(ascii: "\""):
                    hasQuotes = true
                    index += 2
                case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                    return .closed(
                        .init(start: opening + 1, end: index, hasQuotes: hasQuotes),
                        next: index + 1, breaks: breaks)
                default: return .mishap(.textAfterQuote, offset: index + 1)
                }
            case UInt8(ascii: "\n"):
                breaks += 1
                index += 1
            default: index += 1
            }
        }
        return hasEnded ? .mishap(.unclosedQuote, offset: opening) : .unfinished
    }
}
