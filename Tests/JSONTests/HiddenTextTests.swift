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

    @Test(arguments: [
        (#"{"a": "b"}"#, #"{"a": "b"}"#),
        ("“Zoë”\u{202E}李\u{7F}b\nc", #"“Zoë”\u202e李\u007fb"# + "\nc"),
        ("\u{E0001}", #"\udb40\udc01"#),
        ("é", "é"), ("\u{200B}", #"\u200b"#), ("a\u{FEFF}", #"a\ufeff"#), ("", ""),
    ])
    func `JSON text keeps all but the characters that are not seen`(text: String, shown: String) {
        #expect(
            String(decoding: HiddenText.escaped(json: Array(text.utf8)), as: UTF8.self) == shown)
    }

    @Test func `bytes that are no UTF-8 are repaired as a decoder repairs them`() {
        let broken: [UInt8] = [0x61, 0xE2, 0x80, 0x62, 0xFF, 0xFE, 0xC3, 0xA9, 0xF0, 0x9F]
        #expect(
            HiddenText.escaped(json: broken) == Array(String(decoding: broken, as: UTF8.self).utf8))
    }
}
