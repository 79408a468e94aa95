/// The reason and the position at which a text is not accepted as JSON. Contains no part of the
/// text.
package struct ParseError: Error, Equatable {
    /// The rule that the text breaks.
    package let reason: Reason
    /// The offset of the error in bytes.
    package let offset: Int
    /// Counted from 1; a line ends at LF.
    package let line: Int
    /// Counted from 1, in code points.
    package let column: Int

    /// A rule of the grammar, or a limit, that a text breaks.
    package enum Reason: Equatable, Sendable {
        /// Another byte is found where the grammar allows only this (RFC 8259 section 2).
        case expected(Expectation)
        /// The text ends where the grammar requires more.
        case endsBefore(Expectation)
        /// RFC 8259 section 8.1: a byte order mark must not be added, and may be refused.
        case byteOrderMark
        case invalidUTF8
        /// U+0000 to U+001F may occur in a string only as escapes (RFC 8259 section 7).
        case controlCharacter(UInt8)
        case invalidEscape
        /// Half of a surrogate pair as a \u escape, which UTF-8 cannot express.
        case loneSurrogate
        /// A repeated key. The error's offset is that of the second; `first` is that of the first.
        case duplicateKey(first: Int)
        case tooDeep(limit: Int)
        case tooLong(limit: Int)
    }

    /// The part of the grammar that a text lacks at an offset.
    package enum Expectation: Equatable, Sendable {
        case value, key, colon, digit
        case valueOrEndOfArray, commaOrEndOfArray
        case keyOrEndOfObject, commaOrEndOfObject
        case endOfString, endOfText
    }
}

/// A reason at an offset; line and column are counted once, when the error leaves the parser.
struct ParseFailure: Error {
    var reason: ParseError.Reason
    var offset: Int
}

extension ParseError: CustomStringConvertible {
    /// The reason and the position, in one line.
    package var description: String {
        "line \(line), column \(column): \(reason.description)"
    }
}

extension ParseError.Reason: CustomStringConvertible {
    /// The rule in words, without the position.
    package var description: String {
        switch self {
        case .expected(let expectation): "expected \(expectation.description)"
        case .endsBefore(let expectation):
            "the text ends where \(expectation.description) is expected"
        case .byteOrderMark: "a byte order mark is not allowed"
        case .invalidUTF8: "the text is not valid UTF-8"
        case .controlCharacter: "a control character must be escaped"
        case .invalidEscape: "the escape sequence is not valid"
        case .loneSurrogate: "the escape is half of a surrogate pair"
        case .duplicateKey: "the object already has this key"
        case .tooDeep(let limit): "arrays and objects are nested deeper than \(limit)"
        case .tooLong(let limit): "the text is longer than \(limit) bytes"
        }
    }
}

extension ParseError.Expectation {
    var description: String {
        switch self {
        case .value: "a value"
        case .key: "a key in quotes"
        case .colon: "':'"
        case .digit: "a digit"
        case .valueOrEndOfArray: "a value or ']'"
        case .commaOrEndOfArray: "',' or ']'"
        case .keyOrEndOfObject: "a key in quotes or '}'"
        case .commaOrEndOfObject: "',' or '}'"
        case .endOfString: "the closing quote"
        case .endOfText: "the end of the text"
        }
    }
}
