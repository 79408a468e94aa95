import JSON
import Mapping
import Testing

@Suite struct FormTests {
    @Test(arguments: [
        ("code=ADA", #"{"code":"ADA"}"#),
        ("code=A+B%21&x=", #"{"code":"A B!","x":""}"#),
        ("", "{}"),
        ("&&a=1&&b=2&", #"{"a":"1","b":"2"}"#),
        ("a", #"{"a":""}"#),
        ("a=b=c", #"{"a":"b=c"}"#),
        ("a%3Db=c%26d", #"{"a=b":"c&d"}"#),
        ("a=100%", #"{"a":"100%"}"#),
        ("a=%zz%4", #"{"a":"%zz%4"}"#),
        ("a=%22%5C%0A", #"{"a":"\"\\\n"}"#),
        ("n=%C3%A9", #"{"n":"é"}"#),
        ("=x", #"{"":"x"}"#),
    ])
    func `a form is a map of strings`(_ body: String, _ expected: String) throws {
        let document = try Form.document(from: Array(body.utf8))
        #expect(String(decoding: document.bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("a=1&a=1", FormError.repeatedName("a")),
        ("a=1&%61=2", .repeatedName("a")),
        ("a=%FF", .notUTF8),
        ("%C3=1", .notUTF8),
    ])
    func `what two readers could read differently is refused`(
        _ body: String, _ error: FormError
    ) {
        #expect(throws: error) { try Form.document(from: Array(body.utf8)) }
    }

    @Test func `fields have a limit`() throws {
        func body(_ count: Int) -> [UInt8] {
            Array((1...count).map { "f\($0)=1" }.joined(separator: "&").utf8)
        }
        #expect(try Form.document(from: body(1000)).root.count == 1000)
        #expect(throws: FormError.tooManyPairs(limit: 1000)) {
            try Form.document(from: body(1001))
        }
    }

    @Test func `a form cut anywhere is still a form or refused, never a trap`() {
        let whole = Array("code=A%C3%A9B&x=%2&y+z=%".utf8)
        for end in whole.indices {
            let document = try? Form.document(from: Array(whole[..<end]))
            #expect(document == nil || document?.root.kind == .object)
        }
    }
}

@Suite struct BodyFormatTests {
    @Test(arguments: [
        ("application/json", BodyFormat.json),
        ("Application/JSON; charset=UTF-8", .json),
        ("application/json;charset=\"utf-8\"", .json),
        ("application/cloudevents+json", .json),
        ("application/json ; profile=x", .json),
        ("application/x-www-form-urlencoded", .form),
        ("application/x-www-form-urlencoded; charset=utf-8", .form),
        ("application/json; charset=latin1", nil),
        ("text/json", nil),
        ("application/jsonp", nil),
        ("text/plain", nil),
        ("multipart/form-data; boundary=x", nil),
        ("", nil),
    ])
    func `the content type tells how a body is written`(_ text: String, _ format: BodyFormat?) {
        #expect(BodyFormat(contentType: Array(text.utf8)[...]) == format)
    }

    @Test(arguments: BodyFormat.allCases)
    func `a format is reported by its own content type`(_ format: BodyFormat) {
        #expect(BodyFormat(contentType: Array(format.contentType.utf8)[...]) == format)
    }
}
