import Testing

@testable import JSON

@Suite struct ValueTests {
    @Test func `a webhook body is read by key, index and type`() throws {
        let text =
            #"{"id":"m1","data":{"code":"L\u00e91","amount":12900,"rate":0.10,"items":[1,[2,3],{"a":null}]},"ok":true}"#
        let root = try Document(parsing: Array(text.utf8)).root
        #expect(root["id"]?.string == "m1")
        #expect(root["data"]?["code"]?.string == "Lé1")
        #expect(root["data"]?["amount"]?.int == 12900)
        #expect(root["data"]?["rate"]?.int == nil)
        #expect(root["data"]?["rate"]?.numberText == "0.10")
        #expect(root["data"]?["rate"]?.double == 0.1)
        #expect(root["data"]?["items"]?.count == 3)
        #expect(root["data"]?["items"]?[1]?[1]?.int == 3)
        #expect(root["data"]?["items"]?[2]?["a"]?.isNull == true)
        #expect(root["data"]?["items"]?[3] == nil)
        #expect(root["ok"]?.bool == true)
        #expect(root["absent"] == nil)
        #expect(root.members.map(\.key.string) == ["id", "data", "ok"])
    }

    @Test func `what the writer writes the reader reads`() throws {
        var writer = Writer()
        writer.beginObject()
        writer.key("a\"b")
        writer.string("line\n\u{1}é")
        writer.key("n")
        writer.beginArray()
        writer.integer(Int64.min)
        writer.null()
        writer.bool(false)
        writer.beginObject()
        writer.endObject()
        writer.endArray()
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a\"b":"line\n\u0001é","n":[-9223372036854775808,null,false,{}]}"#)
        let root = try Document(parsing: writer.bytes).root
        #expect(root["a\"b"]?.string == "line\n\u{1}é")
        #expect(root["n"]?[0]?.int == .min)
    }
}
