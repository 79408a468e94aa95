import Testing

@testable import JSON

@Suite struct WriterTests {
    private static func text(
        _ layout: Writer.Layout = .compact, write: (inout Writer) -> Void
    ) -> String {
        var writer = Writer(layout: layout)
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func everything(_ writer: inout Writer) {
        writer.beginObject()
        writer.key("a\"b")
        writer.string("line\n\u{1}é")
        writer.key("n")
        writer.beginArray()
        writer.integer(Int64.min)
        writer.integer(7)
        writer.integer(UInt64.max)
        writer.double(0.1)
        writer.double(1e300)
        writer.double(.nan)
        writer.null()
        writer.bool(false)
        writer.bool(true)
        writer.raw("1.50".utf8)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.endArray()
        writer.key("s")
        writer.string(utf8: Array("é\t".utf8))
        writer.endObject()
    }

    @Test func `the compact layout has no white space`() {
        #expect(
            Self.text(write: Self.everything)
                == #"{"a\"b":"line\n\u0001é","n":[-9223372036854775808,7,18446744073709551615,0.1,1e+300,"#
                + #"null,null,false,true,1.50,{},[]],"s":"é\t"}"#)
    }

    @Test func `the indented layout has a line for each element and member`() {
        let text = Self.text(.indented) { writer in
            writer.beginObject()
            writer.key("a")
            writer.beginArray()
            writer.integer(1)
            writer.beginObject()
            writer.key("b")
            writer.null()
            writer.endObject()
            writer.endArray()
            writer.key("c")
            writer.beginObject()
            writer.endObject()
            writer.endObject()
        }
        #expect(
            text == """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": {}
                }
                """)
    }

    @Test func `only what must be escaped is, and reads back`() throws {
        let scalars = (0..<0x120).compactMap(Unicode.Scalar.init) + ["\u{2028}", "\u{FFFF}", "😀"]
        for scalar in scalars {
            for string in [String(scalar), "12345678\(scalar)", "123\(scalar)456789"] {
                let text = Self.text { $0.string(string) }
                let escaped = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                #expect(text.contains("\\") == escaped)
                let document = try Document(parsing: Array(text.utf8))
                #expect(document.root.string?.utf8.elementsEqual(string.utf8) == true)
                #expect(Self.text { $0.string(utf8: Array(string.utf8)) } == text)
            }
        }
        #expect(Self.text { $0.string("\u{B}\u{1F}\u{7F}/") } == "\"\\u000b\\u001f\u{7F}/\"")
    }

    @Test func `bytes that are no UTF-8 are written as text all the same`() {
        #expect(Self.text { $0.string(utf8: [0x61, 0xFF, 0x62]) } == "\"a\u{FFFD}b\"")
    }

    @Test func `the writer goes on after what is there`() {
        var writer = Writer(appendingTo: Array("data: ".utf8))
        writer.value(((try? Document(parsing: [0x5B, 0x20, 0x5D]))?.root)!)
        #expect(writer.bytes == Array("data: []".utf8))
    }

    @Test(arguments: [
        (
            #" { "a" : [ 1 , 2.50 , "\u0041\/" ] , "b" : { } , "\u00e9" : [ ] , "c" : { "d" : null } } "#,
            #"{"a":[1,2.50,"A/"],"b":{},"é":[],"c":{"d":null}}"#
        ),
        ("1e999", "1e999"), (" \"x\" ", "\"x\""), ("[[[]],[[{}]]]", "[[[]],[[{}]]]"),
    ])
    func `a value is written compactly, numbers to the letter`(text: String, compact: String) throws
    {
        let root = try Document(parsing: Array(text.utf8)).root
        #expect(String(decoding: root.compactText, as: UTF8.self) == compact)
    }

    @Test func `a part of a document is written into another, deeper than any document`() throws {
        let depth = 200
        let nested =
            Array(repeating: UInt8(ascii: "["), count: depth)
            + Array(repeating: UInt8(ascii: "]"), count: depth)
        let root = try Document(parsing: nested, limits: Limits(depth: depth)).root
        let text = Self.text { writer in
            writer.beginObject()
            writer.key("x")
            writer.value(root)
            writer.key("y")
            writer.value(root[0] ?? root)
            writer.endObject()
        }
        let expected = String(decoding: nested, as: UTF8.self)
        #expect(text == "{\"x\":\(expected),\"y\":\(expected.dropFirst().dropLast())}")
        let indented = Self.text(.indented) { $0.value(root) }
        #expect(indented.filter { !$0.isWhitespace } == expected)
    }

    @Test func `an order of calls that makes no JSON stops the program`() async {
        await #expect(processExitsWith: .failure) {
            var writer = Writer()
            writer.beginObject()
            writer.string("a value without its key")
        }
        await #expect(processExitsWith: .failure) {
            var writer = Writer()
            writer.beginObject()
            writer.key("a key without its value")
            writer.endObject()
        }
        await #expect(processExitsWith: .failure) {
            var writer = Writer()
            writer.beginArray()
            writer.endObject()
        }
        await #expect(processExitsWith: .failure) {
            var writer = Writer()
            writer.null()
            writer.null()
        }
    }

    @Test func `members write their values, and null where there is none`() {
        var writer = Writer()
        writer.object { writer in
            writer.member("text", "a\"b")
            writer.member("none", nil as String?)
            writer.member("number", Int64.min)
            writer.member("count", 3)
            writer.member("flag", true)
            writer.member("texts", ["x", "y"])
            writer.member("raw", raw: "1.50".utf8)
            writer.member("left", ifPresent: nil as String?)
            writer.member("given", ifPresent: 7)
            writer.object("inner") { $0.member("a", nil as Int64?) }
            writer.list("list", 1...2) { number, writer in writer.integer(number) }
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"text":"a\"b","none":null,"number":-9223372036854775808,"count":3,"#
                + #""flag":true,"texts":["x","y"],"raw":1.50,"given":7,"inner":{"a":null},"#
                + #""list":[1,2]}"#)
    }
}
