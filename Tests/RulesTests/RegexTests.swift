import Testing

@testable import Rules

@Suite struct RegexTests {
    @Test(arguments: [
        ("", "", true), ("a", "cat", true), ("^a", "cat", false), ("t$", "cat", true),
        ("^$", "", true), ("a|b|", "x", true), ("^(a|b)+$", "abba", true),
        ("^(a|b)+$", "abca", false), ("a{2}", "aba", false), ("a{2}", "baab", true),
        ("^a{2,3}$", "aaaa", false), ("^a{2,}$", "aaaa", true), ("a{,2}", "a{,2}", true),
        ("^x{0}$", "", true), ("x*?y+?", "xxy", true), ("[abc]", "zbz", true),
        ("[^abc]", "abc", false), ("[a-c-]", "-", true), ("[]a]", "]", true), ("[^]a]", "]", false),
        ("[\\d\\-x]", "7", true), ("[[:alpha:]]", "7", false), ("[[:^alpha:]]", "7", true),
        ("\\d+\\.\\d+", "3.14", true), ("\\Q1+1\\E=2", "1+1=2", true),
        ("\\bcat\\b", "a cat!", true),
        ("\\bcat\\b", "concat", false), ("\\Bcat", "concat", true),
        ("(?i)straSSe", "STRASSE", true),
        ("(?i)É", "é", true), ("(?i:a)B", "AB", true), ("(?i:a)B", "Ab", false),
        ("(?i)a(?-i)b", "AB", false), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true),
        ("^b$", "a\nb\nc", false), ("(?m)^b$", "a\nb\nc", true), ("\\Ab", "a\nb", false),
        ("b\\z", "a\nb", true), ("\\x41\\x{1F431}", "A🐱", true), ("^.$", "🐱", true),
        ("^..$", "é", false), ("\\pL+", "ñ", true), ("^\\p{Lu}", "Ä", true),
        ("\\PL", "abc", false), ("\\p{^L}", "1", true), ("\\101", "A", true),
        ("\\n\\t", "\n\t", true),
        ("(?P<year>\\d{4})", "2026", true), ("(?:a)(b)", "ab", true), ("((a*)*)*$", "b", true),
        ("(a|a?)+$", "aaa", true), ("[^\\n]", "\n", false), ("\\s", "\u{0B}", false),
        ("^(?:a?){8}a{8}$", "aaaaaaaa", true),
    ]) func `RE2's syntax is matched anywhere in the text`(
        _ pattern: String, _ text: String, _ expected: Bool
    ) throws {
        #expect(try Regex(pattern).matches(Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        ("(a)\\1", RegexError.backReference), ("(?=a)", .lookAround), ("(?<!a)", .lookAround),
        ("(", .missingParenthesis), (")", .unexpectedParenthesis), ("[a", .missingBracket),
        ("*a", .nothingToRepeat), ("a**", .badRepeat("*")), ("a{2}{3}", .badRepeat("{3}")),
        ("a{1001}", .badRepeat("{1001}")), ("a{3,2}", .badRepeat("{3,2}")),
        ("[b-a]", .badRange("b-a")), ("\\y", .badEscape("\\y")), ("\\", .unexpectedEnd),
        ("(?x)", .badGroup("(?x")), ("\\p{Klingon}", .unknownClass("\\p{Klingon}")),
        ("[[:nope:]]", .unknownClass("[:nope:]")), ("\\x{110000}", .badEscape("\\x{110000}")),
        ("(a{1000}){1000}", .tooLarge(limit: Regex.maximumSize)),
        ("((((a{0,30}){0,30}){0,30}){0,30})", .tooLarge(limit: Regex.maximumSize)),
        (String(repeating: "(", count: 65), .tooDeep(limit: 64)),
    ]) func `what RE2 refuses is refused`(_ pattern: String, _ error: RegexError) {
        #expect(throws: error) { try Regex(pattern) }
    }

    @Test func `a program may have so many instructions, not one more`() throws {
        let most = Regex.maximumSize - 1
        #expect(try Regex(String(repeating: "a", count: most)).size == Regex.maximumSize)
        #expect(throws: RegexError.tooLarge(limit: Regex.maximumSize)) {
            try Regex(String(repeating: "a", count: most + 1))
        }
    }

    @Test func `patterns that backtrack for years answer at once`() throws {
        let text = Array(String(repeating: "a", count: 2000).utf8)
        #expect(try !Regex("(a+)+b").matches(text))
        #expect(try !Regex("(a|aa)*$b").matches(text))
        #expect(try !Regex("(.*)(.*)(.*)(.*)[^a]").matches(text))
    }

    @Test func `empty repetitions end`() throws {
        #expect(try Regex("(){1000}(|){1000}").matches([]))
        #expect(try Regex("(((()*)*)*)*x").matches(Array("x".utf8)))
    }

    @Test func `a pattern cut anywhere is read or refused`() {
        let pattern = #"^(?i:[[:alpha:]\d^-]+|\Qx\E|\p{Lu}{2,3}?)\x{1F431}\b$"#
        for end in pattern.indices { _ = try? Regex(String(pattern[..<end])) }
    }
}
