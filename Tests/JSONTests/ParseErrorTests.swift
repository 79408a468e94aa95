import Testing

@testable import JSON

@Suite struct ParseErrorTests {
    private static func error(_ text: some Sequence<UInt8>, depth: Int = 64) -> ParseError? {
        do throws(ParseError) {
            _ = try Document(parsing: Array(text), limits: Limits(depth: depth))
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            ("", .endsBefore(.value), 0, 1, 1),
            (" \n ", .endsBefore(.value), 3, 2, 2),
            ("x", .expected(.value), 0, 1, 1),
            ("nul", .expected(.value), 0, 1, 1),
            ("truE", .expected(.value), 0, 1, 1),
            ("true false", .expected(.endOfText), 5, 1, 6),
            ("[1] ]", .expected(.endOfText), 4, 1, 5),
            ("[", .endsBefore(.valueOrEndOfArray), 1, 1, 2),
            ("[1", .endsBefore(.commaOrEndOfArray), 2, 1, 3),
            ("[1,", .endsBefore(.value), 3, 1, 4),
            ("[1,]", .expected(.value), 3, 1, 4),
            ("[1}", .expected(.commaOrEndOfArray), 2, 1, 3),
            ("[\n  1,\n  x\n]", .expected(.value), 9, 3, 3),
            ("{", .endsBefore(.keyOrEndOfObject), 1, 1, 2),
            ("{1", .expected(.keyOrEndOfObject), 1, 1, 2),
            ("{\"a\"", .endsBefore(.colon), 4, 1, 5),
            ("{\"a\" 1}", .expected(.colon), 5, 1, 6),
            ("{\"a\":", .endsBefore(.value), 5, 1, 6),
            ("{\"a\":}", .expected(.value), 5, 1, 6),
            ("{\"a\":1", .endsBefore(.commaOrEndOfObject), 6, 1, 7),
            ("{\"a\":1]", .expected(.commaOrEndOfObject), 6, 1, 7),
            ("{\"a\":1,", .endsBefore(.key), 7, 1, 8),
            ("{\"a\":1,}", .expected(.key), 7, 1, 8),
            ("\"é€😀\" x", .expected(.endOfText), 12, 1, 7),
            ("[\"é\"\n,\"\t\"]", .controlCharacter(9), 8, 2, 3),
            ("\"\u{1F}\"", .controlCharacter(0x1F), 1, 1, 2),
            ("\"abcdefgh", .endsBefore(.endOfString), 9, 1, 10),
            ("\"a\\", .endsBefore(.endOfString), 3, 1, 4),
            ("\"\\x\"", .invalidEscape, 1, 1, 2),
            ("\"\\u12g4\"", .invalidEscape, 1, 1, 2),
            ("\"\\u12", .endsBefore(.endOfString), 5, 1, 6),
            ("\"\\ud800\"", .loneSurrogate, 1, 1, 2),
            ("\"\\udc00\\ud800\"", .loneSurrogate, 1, 1, 2),
            ("\"\\udc00\\udc00\"", .loneSurrogate, 1, 1, 2),
            ("\"\\ud800\\u0041\"", .loneSurrogate, 1, 1, 2),
            ("\"\\ud800\\n\"", .loneSurrogate, 1, 1, 2),
            ("-", .endsBefore(.digit), 1, 1, 2),
            ("-x", .expected(.digit), 1, 1, 2),
            ("01", .expected(.endOfText), 1, 1, 2),
            ("[-01]", .expected(.commaOrEndOfArray), 3, 1, 4),
            ("1.", .endsBefore(.digit), 2, 1, 3),
            ("1.e1", .expected(.digit), 2, 1, 3),
            ("1e", .endsBefore(.digit), 2, 1, 3),
            ("1e+-1", .expected(.digit), 3, 1, 4),
            ("+1", .expected(.value), 0, 1, 1),
            (".5", .expected(.value), 0, 1, 1),
            ("NaN", .expected(.value), 0, 1, 1),
            ("\u{FEFF}1", .byteOrderMark, 0, 1, 1),
            ("1\u{FEFF}", .expected(.endOfText), 1, 1, 2),
            ("\u{A0}1", .expected(.value), 0, 1, 1),
            ("{\"a\":1,\n\"a\":2}", .duplicateKey(first: 1), 8, 2, 1),
            ("{\"a\":1,\"\\u0061\":2}", .duplicateKey(first: 1), 7, 1, 8),
            ("{\"\\n\":1,\"\\u000A\":2}", .duplicateKey(first: 1), 8, 1, 9),
            ("{\"😀\":1,\"\\uD83d\\uDE00\":2}", .duplicateKey(first: 1), 10, 1, 8),
            ("{\"a\" :1,\"a\":2}", .duplicateKey(first: 1), 8, 1, 9),
            ("{\"a\":1,\"a\"  : 2}", .duplicateKey(first: 1), 7, 1, 8),
            ("{\"\":1,\"\":2}", .duplicateKey(first: 1), 6, 1, 7),
        ] as [(String, ParseError.Reason, Int, Int, Int)])
    func `an error says what was due, and where`(
        text: String, reason: ParseError.Reason, offset: Int, line: Int, column: Int
    ) {
        let expected = ParseError(reason: reason, offset: offset, line: line, column: column)
        #expect(Self.error(text.utf8) == expected)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x22], [0xE0, 0x9F, 0xBF],
            [0xE0, 0xA0], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE2, 0x82, 0x22],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func `what is no UTF-8 is refused where it starts`(bytes: [UInt8]) {
        for before in ["", "é", "12345678", "1234567"] {
            let start = Array("[\"\(before)".utf8)
            let error = Self.error(start + bytes + Array("\"]".utf8))
            #expect(error?.reason == .invalidUTF8)
            #expect(error?.offset == start.count)
        }
        #expect(Self.error(Array("{\"".utf8) + bytes + Array("\":1}".utf8))?.reason == .invalidUTF8)
    }

    @Test func `the first and last code points of each length are text`() throws {
        let text = "\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}"
        #expect(try Document(parsing: Array("\"\(text)\"".utf8)).root.string == text)
    }

    @Test(arguments: [1, 2, 64, 100])
    func `nesting is allowed up to the limit and refused one deeper`(depth: Int) {
        func nested(_ open: String, _ inner: String, _ close: String, _ count: Int) -> [UInt8] {
            Array((Array(repeating: open, count: count).joined() + inner).utf8)
                + Array(Array(repeating: close, count: count).joined().utf8)
        }
        #expect(Self.error(nested("[", "", "]", depth), depth: depth) == nil)
        #expect(Self.error(nested("{\"a\":", "1", "}", depth), depth: depth) == nil)
        #expect(
            Self.error(nested("[", "", "]", depth + 1), depth: depth)
                == ParseError(
                    reason: .tooDeep(limit: depth), offset: depth, line: 1, column: depth + 1))
        #expect(
            Self.error(nested("{\"a\":", "1", "}", depth + 1), depth: depth)?.offset == depth * 5)
        #expect(Self.error(nested("[", "", "", depth), depth: depth)?.offset == depth)
        // Closed arrays and objects do not count.
        #expect(Self.error(Array("[[],[[]],{\"a\":[]},[{}]]".utf8), depth: 3) == nil)
    }

    @Test func `no nesting at all can be asked for`() {
        #expect(Self.error("1".utf8, depth: 0) == nil)
        #expect(Self.error("[]".utf8, depth: 0)?.reason == .tooDeep(limit: 0))
    }

    @Test func `a text is refused one byte beyond its limit, unread`() throws {
        let limits = Limits(bytes: 4)
        _ = try Document(parsing: Array("[12]".utf8), limits: limits)
        #expect(throws: ParseError(reason: .tooLong(limit: 4), offset: 4, line: 1, column: 5)) {
            _ = try Document(parsing: Array("[12] ".utf8), limits: limits)
        }
    }

    @Test(arguments: [
        #"{"id":"m\u00e91","n":[0,-1.5e+3,true,false,null,{}],"é😀":"\ud83d\ude00\n€"}"#,
        "[ [ ] , { \"a\" : [ 1 , 2 ] } , \"\\\\\" ]\n",
        "{\"twelve bytes\":\"and a string of more than sixteen bytes\"}",
    ])
    func `a text cut at any byte is refused inside what was left`(text: String) {
        let bytes = Array(text.utf8)
        #expect(Self.error(bytes) == nil)
        let end = text.hasSuffix("\n") ? bytes.count - 1 : bytes.count
        for length in 0..<end {
            let error = Self.error(bytes[..<length])
            #expect(error != nil && error?.offset ?? .max <= length, "cut at \(length)")
        }
    }

    @Test func `the wording names the place and nothing of the text`() {
        #expect(
            Self.error("{\"secret\":hunter2}".utf8)?.description
                == "line 1, column 11: expected a value")
        #expect(
            Self.error("{\"secret\":1,\"secret\":2}".utf8)?.description
                == "line 1, column 13: the object already has this key")
        #expect(
            Self.error("{\"secret\":1".utf8)?.description
                == "line 1, column 12: the text ends where ',' or '}' is expected")
    }
}
