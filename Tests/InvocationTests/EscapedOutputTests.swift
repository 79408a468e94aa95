import Invocation
import JSON
import Testing

/// The bytes that arrive at a terminal, a pipe or a file.
@Suite struct EscapedOutputTests {
    private static let hostile = "a\u{1B}[2J\u{202E}b\u{9B}c\r\u{E0041}d\u{7F}"
    private static let shown = "a\\u{1b}[2J\\u{202e}b\\u{9b}c\\u{d}\\u{e0041}d\\u{7f}"

    private func written(isTerminal: Bool, _ write: (Output) -> Void) -> String {
        let transcript = Transcript()
        write(transcript.output(isTerminal: isTerminal))
        return transcript.text
    }

    @Test(arguments: [false, true]) func `text is escaped wherever it goes`(isTerminal: Bool) {
        #expect(
            written(isTerminal: isTerminal) {
                $0.line("x\t\(Self.hostile)")
                $0.write(Self.hostile)
            } == "x\t\(Self.shown)\n\(Self.shown)")
    }

    @Test(arguments: [false, true])
    func `JSON has JSON's own escapes and reads back the same`(isTerminal: Bool) throws {
        var writer = Writer(layout: .indented)
        writer.beginObject()
        writer.key("é\(Self.hostile)")
        writer.string(Self.hostile)
        writer.endObject()
        let text = written(isTerminal: isTerminal) { $0.json(writer.bytes) }
        #expect(!HiddenText.isIn(text.replacing("\n", with: " ")))
        #expect(text.contains("\\u202eb\\u009bc\\r\\udb40\\udc41d\\u007f"))
        let root = try Document(parsing: Array(text.utf8)).root
        #expect(root["é\(Self.hostile)"]?.string == Self.hostile)
    }

    @Test func `data is escaped for a terminal, and left as it is for programs`() {
        let bytes = Array("a,\(Self.hostile)\r\n".utf8) + [0xFF, UInt8(ascii: "\n")]
        let kept = Transcript()
        kept.output().write(bytes)
        #expect(kept.text == String(decoding: bytes, as: UTF8.self))
        #expect(
            written(isTerminal: true) { $0.write(bytes) } == "a,\(Self.shown)\n\u{FFFD}\n")
    }

    @Test func `styles are for terminals, and only the program's own`() {
        func write(_ output: Output) {
            output.line(.plain("is "), .styled("\u{1B}[32mx", .red), .plain("\u{1B}[1m"))
        }
        #expect(written(isTerminal: false, write) == "is \\u{1b}[32mx\\u{1b}[1m\n")
        #expect(
            written(isTerminal: true, write)
                == "is \u{1B}[31m\\u{1b}[32mx\u{1B}[0m\\u{1b}[1m\n")
    }
}
