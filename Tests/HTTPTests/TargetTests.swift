import HTTP
import Testing

@Suite struct TargetTests {
    @Test func `path and query are split and kept as they came`() throws {
        let target = try #require(Target("/a%20b/c?d=%2B&e"))
        #expect(target.pathText == "/a%20b/c")
        #expect(target.query.map { String(decoding: $0, as: UTF8.self) } == "d=%2B&e")
        #expect(Target("/a")?.query == nil)
        #expect(Target("/a?")?.query?.isEmpty == true)
    }

    @Test(arguments: [
        ("/", [""]), ("/a/b", ["a", "b"]), ("/a//b/", ["a", "", "b", ""]),
        ("/%61%2Fb/%C3%A9", ["a/b", "é"]), ("/a+b", ["a+b"]),
    ])
    func `segments are decoded after they are split`(_ text: String, _ segments: [String]) throws {
        #expect(try #require(Target(text)).segments == segments)
    }

    @Test func `segments that are not UTF-8 are none`() throws {
        #expect(try #require(Target("/%FF")).segments == nil)
    }

    @Test func `parameters are read as forms write them`() throws {
        let target = try #require(Target("/?a=1&b=x+y%26z&c&=d&&e=f=g"))
        let parameters = try #require(target.parameters)
        #expect(
            parameters.map { "\($0.name):\($0.value)" } == [
                "a:1", "b:x y&z", "c:", ":d", "e:f=g",
            ])
        #expect(try #require(Target("/")).parameters?.isEmpty == true)
        #expect(try #require(Target("/?a=%FF")).parameters == nil)
        #expect(Target.pairs(latin1("a=%4")[...]) == nil)
    }

    @Test func `paths are compared byte by byte`() throws {
        let target = try #require(Target("/hooks/src_1"))
        #expect(target.pathEquals("/hooks/src_1"))
        #expect(!target.pathEquals("/hooks/src_2"))
        #expect(!target.pathEquals("/hooks/src_12"))
        #expect(target.pathHasPrefix("/hooks/"))
        #expect(!target.pathHasPrefix("/hooks/src_123456"))
    }

    @Test(arguments: ["", "a", "*", "/a b", "/%0", "/\u{E9}"])
    func `other text is no target`(_ text: String) {
        #expect(Target(text) == nil)
    }
}
