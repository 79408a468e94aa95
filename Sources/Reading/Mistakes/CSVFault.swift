/// The reason for which a text is not CSV according to RFC 4180.
package enum CSVFault: Equatable, Sendable {
    /// A quote inside a field that does not begin with one.
    case strayQuote
    /// Text between a closing quote and the next comma or line end.
    case textAfterQuote
    case unclosedQuote
    /// A CR without LF.
    case strayCR
    case invalidUTF8
    case fieldCount(Int, header: Int)
    case tooLong(limit: Int)
    case noHeader
    case duplicateColumn(String)
}

extension CSVFault {
    var found: String {
        switch self {
        case .strayQuote: "found a quote inside a field"
        case .textAfterQuote: "found text after a closing quote"
        case .unclosedQuote: "the quoted field that begins here does not end"
        case .strayCR: "found CR without LF"
        case .invalidUTF8: "the text is not valid UTF-8"
        case .fieldCount(let count, _): count == 1 ? "found 1 field" : "found \(count) fields"
        case .tooLong: "the record that begins here does not end"
        case .noHeader: "the file is empty"
        case .duplicateColumn(let name): "column \(quoted(name)) is repeated"
        }
    }

    var allowed: String {
        switch self {
        case .strayQuote: "quotes must enclose a whole field"
        case .textAfterQuote: "a comma or the end of the line must follow"
        case .unclosedQuote: "a quoted field must end with a quote"
        case .strayCR: "lines end with LF or CR LF"
        case .invalidUTF8: "the file must be UTF-8"
        case .fieldCount(_, let header): "the header has \(header)"
        case .tooLong(let limit): "a record has at most \(limit) bytes"
        case .noHeader: "the first line must name the columns"
        case .duplicateColumn: "each column may appear once"
        }
    }

    var remedy: String {
        switch self {
        case .strayQuote, .textAfterQuote:
            "Put the whole field in quotes and write each quote inside it twice."
        case .unclosedQuote, .tooLong: "Close the quote."
        case .strayCR: "Save the file with the line ends of Unix or Windows."
        case .invalidUTF8: "Save the file as UTF-8."
        case .fieldCount: "Add or remove commas."
        case .noHeader: "Write the names of the columns into the first line."
        case .duplicateColumn: "Remove one of them."
        }
    }
}
