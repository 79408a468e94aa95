import TestSupport
import Testing
import Workspace

@Suite struct CSVRecordsTests {
    /// Returns all records as lists of texts, and syntax errors as their line and fault.
    private func read(_ text: String, pieceSize: Int = .max) throws -> [[String]] {
        try read(Array(text.utf8), pieceSize: pieceSize)
    }

    private func read(_ bytes: [UInt8], pieceSize: Int) throws -> [[String]] {
        var records = CSVRecords(Memory(bytes, pieceSize: pieceSize), pieceSize: 64)
        var all: [[String]] = []
        while true {
            switch try records.next() {
            case .success(true):
                all.append(
                    ["\(records.line)"] + records.fields.map { records.text(of: $0) ?? "no UTF-8" })
            case .success(false): return all
            case .failure(let mishap):
                all.append([
                    "\(mishap.line)", "\(mishap.fault)",
                    "at \(mishap.offset - records.recordStart)",
                ])
            }
        }
    }

    static let cases: [(String, [[String]])] = [
        ("", []),
        ("a", [["1", "a"]]),
        ("a,b\n", [["1", "a", "b"]]),
        ("a,b\r\nc,d", [["1", "a", "b"], ["2", "c", "d"]]),
        ("a,\n,b\n", [["1", "a", ""], ["2", "", "b"]]),
        (",", [["1", "", ""]]),
        ("\n\n", [["1", ""], ["2", ""]]),
        ("\u{FEFF}a,b\n", [["1", "a", "b"]]),
        ("\"a,b\",c\n", [["1", "a,b", "c"]]),
        ("\"a\"", [["1", "a"]]),
        ("\"\",\"\"\n", [["1", "", ""]]),
        ("\"say \"\"hi\"\"\",x\n", [["1", "say \"hi\"", "x"]]),
        ("\"\"\"\"\n", [["1", "\""]]),
        ("\"a\nb\r\nc\",d\ne,f\n", [["1", "a\nb\r\nc", "d"], ["4", "e", "f"]]),
        ("é,ü\n", [["1", "é", "ü"]]),
        ("a\"b\nc\n", [["1", "strayQuote", "at 1"], ["2", "c"]]),
        ("\"a\"b\nc\n", [["1", "textAfterQuote", "at 3"], ["2", "c"]]),
        ("a\rb\nc\n", [["1", "strayCR", "at 1"], ["2", "c"]]),
        ("a\nb\r", [["1", "a"], ["2", "strayCR", "at 1"]]),
        ("x\n\"a\nb\nc", [["1", "x"], ["2", "unclosedQuote", "at 0"], ["3", "b"], ["4", "c"]]),
    ]

    @Test(arguments: cases) func `a text is read as RFC 4180 has it`(
        text: String, records: [[String]]
    ) throws {
        #expect(try read(text) == records)
    }

    @Test(arguments: cases) func `how a text comes in pieces makes no difference`(
        text: String, records: [[String]]
    ) throws {
        for size in 1...max(1, text.utf8.count) {
            #expect(try read(text, pieceSize: size) == records, "pieces of \(size)")
        }
    }

    @Test func `bytes that are no UTF-8 are reported, not replaced`() throws {
        #expect(try read([0x61, 0xFF, 0x2C, 0x62], pieceSize: .max) == [["1", "no UTF-8", "b"]])
    }

    @Test func `a quote that is never closed is found before all memory is used`() throws {
        let long = "a\n\"" + String(repeating: "x", count: CSVRecords.longestRecord + 9) + "\nb\n"
        #expect(
            try read(long).map { $0.prefix(2) } == [
                ["1", "a"], ["2", "tooLong(limit: 1048576)"], ["3", "b"],
            ])
    }
}
