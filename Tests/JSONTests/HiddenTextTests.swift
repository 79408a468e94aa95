import Testing

@testable import JSON

@Suite struct HiddenTextTests {
    @Test(arguments: [
        "a\u{1B}[2Jb", "a\u{202E}b", "a\u{2066}b", "a\u{200B}b", "\u{FEFF}ab", "a\u{2028}b",
        "a\u{7F}b", "a\u{9B}b", "a\u{AD}b",
    ])
    func `what is not seen is found, dropped from names and escaped`(text: String) {
        #expect(HiddenText.isIn(text))
        #expect(!HiddenText.isIn(HiddenText.removed(from: text)))
        #expect(!HiddenText.isIn(HiddenText.escaped(text)))
        #expect(HiddenText.escaped(text).contains("\\u{"))
    }

    @Test func `plain text stays as it is`() {
        for text in ["Ada", "Zoë", "李", "\u{645}\u{6CC}"] {
            #expect(!HiddenText.isIn(text))
            #expect(HiddenText.escaped(text) == text)
        }
        #expect(HiddenText.escaped("a\nb", keepsLines: true) == "a\nb")
    }
}
