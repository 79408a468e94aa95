import Testing

@testable import JSON

@Suite struct ValueTests {
    private static func parse(_ text: String) throws -> Value {
        try Document(parsing: Array(text.utf8)).root
    }

    private static let body = """
        {"id":"m1","data":{"code":"L\\u00e91","amount":12900,"rate":0.10,
        "items":[1,[2,3],{"a":null}]},"ok":true}
        """

    @Test func `a webhook body is read by key, index and type`() throws {
        let root = try Self.parse(Self.body)
        #expect(root["id"]?.string == "m1")
        #expect(root["data"]?["code"]?.string == "Lé1")
        #expect(root["data"]?["amount"]?.int == 12900)
        #expect(root["data"]?["rate"]?.numberText == "0.10")
        #expect(root["data"]?["rate"]?.double == 0.1)
        #expect(root["data"]?["items"]?.count == 3)
        #expect(root["data"]?["items"]?[1]?[1]?.int == 3)
        #expect(root["data"]?["items"]?[2]?["a"]?.isNull == true)
        #expect(root["ok"]?.bool == true)
        #expect(root.members.map(\.key.string) == ["id", "data", "ok"])
        #expect(root["data"]?["items"]?.elements.map(\.kind) == [.integer, .array, .object])
    }

    @Test func `a value asked for as what it is not is nil`() throws {
        let root = try Self.parse(#"[null,true,1,1.5,"s",[1],{"a":1}]"#)
        #expect(root["a"] == nil)
        #expect(root[-1] == nil)
        #expect(root[7] == nil)
        for (index, value) in root.elements.enumerated() {
            #expect(value.isNull == (index == 0))
            #expect((value.bool != nil) == (index == 1))
            #expect((value.int != nil) == (index == 2))
            #expect((value.double != nil) == (index == 2 || index == 3))
            #expect((value.numberText != nil) == (index == 2 || index == 3))
            #expect((value.string != nil) == (index == 4))
            #expect((value.stringBytes != nil) == (index == 4))
            #expect(value.equals("s") == (index == 4))
            #expect((value[0] != nil) == (index == 5))
            #expect((value["a"] != nil) == (index == 6))
            #expect(value.count == (index >= 5 ? 1 : 0))
            #expect(Array(value.elements).count == (index == 5 ? 1 : 0))
            #expect(Array(value.members).count == (index == 6 ? 1 : 0))
        }
    }

    @Test(
        arguments: [
            ("0", .integer, 0), ("-0", .integer, 0), ("7", .integer, 7), ("-15", .integer, -15),
            ("9007199254740993", .integer, 9_007_199_254_740_993),
            ("999999999999999999", .integer, 999_999_999_999_999_999),
            ("9223372036854775807", .integer, .max), ("9223372036854775808", .decimal, nil),
            ("-9223372036854775808", .integer, .min), ("-9223372036854775809", .decimal, nil),
            ("9999999999999999999", .decimal, nil), ("18446744073709551616", .decimal, nil),
            ("100000000000000000000", .decimal, nil), ("1.0", .decimal, nil),
            ("1e3", .decimal, nil),
            ("1E-3", .decimal, nil), ("-0.0", .decimal, nil), ("0e0", .decimal, nil),
        ] as [(String, Value.Kind, Int64?)])
    func `an integer is exact within Int64, any other number keeps its text`(
        text: String, kind: Value.Kind, int: Int64?
    ) throws {
        let value = try #require(try Self.parse("[ \(text)]")[0])
        #expect(value.kind == kind)
        #expect(value.int == int)
        #expect(value.numberText == text)
        #expect(value.double == Double(text))
    }

    @Test func `a number beyond doubles is infinite as one, and whole as text`() throws {
        let root = try Self.parse("[1e999,-1e999,1e-999]")
        #expect(root.elements.map(\.double) == [.infinity, -.infinity, 0])
        #expect(root.elements.map(\.numberText) == ["1e999", "-1e999", "1e-999"])
    }

    @Test(arguments: [
        (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (
            #""\u0000\u001f\u007f\u0080\u07FF\u0800\uffff""#,
            "\0\u{1F}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}"
        ),
        (#""\uD800\uDC00\uDBFF\uDFFF""#, "\u{10000}\u{10FFFF}"),
        (#""before😀\u00e9after a long while""#, "before😀éafter a long while"),
    ])
    func `escapes stand for what they name`(text: String, string: String) throws {
        let value = try Self.parse(text)
        #expect(value.string == string)
        #expect(value.stringBytes.map(Array.init) == Array(string.utf8))
        #expect(value.equals(string))
        #expect(!value.equals(string + "x"))
        #expect(!value.equals("x" + string.dropFirst()))
    }

    @Test func `a key written with escapes is found by what it stands for`() throws {
        let root = try Self.parse(#"{"a":0,"\u0062\n":1,"":2}"#)
        #expect(root["b\n"]?.int == 1)
        #expect(root[""]?.int == 2)
        #expect(root["\\u0062\\n"] == nil)
        #expect(root.members.map { Array($0.key.stringBytes) } == [[0x61], [0x62, 0x0A], []])
        #expect(root.members.map { $0.key.equals("b\n") } == [false, true, false])
    }

    @Test func `values and keys know their place in the text`() throws {
        let text = "{\n  \"é\": [1,\n\t\"😀\", {\"k\" : -2.5 }]\n}"
        let document = try Document(parsing: Array(text.utf8))
        let array = try #require(document.root["é"])
        #expect(document.root.range == 0..<text.utf8.count)
        #expect(array.position == Position(line: 2, column: 8))
        let key = try #require(document.root.members.first { _ in true }?.key)
        #expect(key.position == Position(line: 2, column: 3))
        #expect(key.range.count == 4)
        #expect(array[1]?.position == Position(line: 3, column: 2))
        #expect(array[2]?["k"]?.position == Position(line: 3, column: 14))
        #expect(array[2].map { String(decoding: $0.source, as: UTF8.self) } == #"{"k" : -2.5 }"#)
        #expect(document.position(of: 0) == Position(line: 1, column: 1))
        #expect(document.position(of: -5) == Position(line: 1, column: 1))
        #expect(document.position(of: .max) == Position(line: 4, column: 2))
    }

    @Test func `siblings are found behind nested values`() throws {
        let root = try Self.parse(#"{"a":[[1,[2]],{"x":{}}],"b":{"c":[]},"d":[{},3]}"#)
        #expect(root["d"]?[1]?.int == 3)
        #expect(root["a"]?[1]?["x"]?.count == 0)
        #expect(root.members.map(\.value.count) == [2, 1, 2])
    }
}
