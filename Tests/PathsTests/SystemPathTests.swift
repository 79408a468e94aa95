import Paths
import Testing

@Suite struct SystemPathTests {
    @Test func `a path in UTF-8 is the text it is`() {
        for text in ["", "refgate.db", "./caf\u{E9}/a b [1].json", "\u{1F600}", "\u{10FDFF}"] {
            #expect(SystemPath.text(Array(text.utf8)) == text)
            #expect(SystemPath.bytes(text) == Array(text.utf8))
        }
    }

    @Test func `other bytes come back as they were`() {
        let paths: [[UInt8]] = [
            [0xFF], [0x63, 0xE9], [0xE9, 0x2F, 0x61], [0xC3], [0xC3, 0x28], [0xF0, 0x9F, 0x98],
            [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0x80, 0x80, 0x2F, 0xC3, 0xA9, 0xFE],
        ]
        for path in paths {
            let text = SystemPath.text(path)
            #expect(SystemPath.bytes(text) == path)
            #expect(SystemPath.cString(text).map { UInt8(bitPattern: $0) } == path + [0])
        }
    }

    @Test func `slashes and endings stay what they are`() {
        let text = SystemPath.text([0xE9, 0x2F, 0xFF] + Array(".json".utf8))
        #expect(text.split(separator: "/").count == 2)
        #expect(text.hasSuffix(".json"))
    }

    @Test func `no two paths are one text`() {
        var generator = SystemRandomNumberGenerator()
        let stands = Array("\u{10FEE9}".utf8)
        // By bytes: strings that are canonically equivalent are equal.
        var texts: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<5_000 {
            var path: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                path +=
                    Bool.random(using: &generator)
                    ? stands : [.random(in: 1...255, using: &generator)]
            }
            let text = SystemPath.text(path)
            #expect(SystemPath.bytes(text) == path)
            if let other = texts[Array(text.utf8)] { #expect(other == path) }
            texts[Array(text.utf8)] = path
        }
    }
}
