import Testing

@testable import JSON

@Suite struct DuplicateKeyTests {
    private static func object(_ keys: [String]) -> [UInt8] {
        Array("{\(keys.map { "\"\($0)\":0" }.joined(separator: ","))}".utf8)
    }

    /// Offsets of the repeated key and of its first appearance.
    private static func repeated(_ keys: [String]) -> [Int]? {
        do throws(ParseError) {
            _ = try Document(parsing: object(keys))
            return nil
        } catch {
            guard case .duplicateKey(let first) = error.reason else { return [] }
            return [first, error.offset]
        }
    }

    private static func offset(of index: Int, in keys: [String]) -> Int {
        keys[..<index].reduce(1) { $0 + $1.utf8.count + 5 }
    }

    /// Keys that agree in length, first eight and last eight bytes have one fingerprint.
    private static func lookAlikes(_ count: Int) -> [String] {
        (0..<count).map { "aaaaaaaa\(10_000 + $0)bbbbbbbb" }
    }

    @Test(arguments: [2, 15, 16, 17, 18, 40, 1000])
    func `a repeated key is found in objects of any size`(count: Int) {
        for keys in [(0..<count).map { "key \($0)" }, Self.lookAlikes(count)] {
            #expect(Self.repeated(keys) == nil)
            for (first, second) in [(0, 1), (0, count - 1), (count - 2, count - 1)]
            where first < second {
                var keys = keys
                keys[second] = keys[first]
                let places = [Self.offset(of: first, in: keys), Self.offset(of: second, in: keys)]
                #expect(Self.repeated(keys) == places)
            }
        }
    }

    @Test func `of several repeated keys the first in the text is reported`() {
        for keys in [(0..<40).map { "k\($0)" }, Self.lookAlikes(40)] {
            for first in 0..<10 {
                var keys = keys
                keys[20] = keys[first]
                for later in 21..<40 { keys[later] = keys[later - 11] }
                let places = [first, 20].map { Self.offset(of: $0, in: keys) }
                #expect(Self.repeated(keys) == places)
            }
        }
    }

    @Test func `a key repeated with escapes is found in a large object too`() throws {
        let many = (0..<30).map { "k\($0)" }
        #expect(Self.repeated(many + ["\\u006b1"])?.first == Self.offset(of: 1, in: many))
        #expect(Self.repeated(["\\u006b1"] + many)?.first == 1)
        #expect(Self.repeated(["\\u006b1", "k1"])?.first == 1)
    }

    @Test func `keys of nested objects do not meet`() throws {
        let text = #"{"a":{"a":{"b":1},"b":[{"a":1},{"a":1}]},"b":{"a":1}}"#
        #expect(try Document(parsing: Array(text.utf8)).root["a"]?["b"]?.count == 2)
    }

    @Test func `keys that only look the same are two`() throws {
        let root = try Document(
            parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2,\"E\":3,\"e\":4}".utf8)
        ).root
        #expect(root["\u{E9}"]?.int == 1)
        #expect(root["e\u{301}"]?.int == 2)
        #expect(root["e"]?.int == 4)
    }

    @Test func `keys that begin or end alike are kept apart at every length`() {
        for length in 0..<40 {
            let key = String(repeating: "x", count: length)
            let others = (0..<length).map { index in
                var other = Array(key.utf8)
                other[index] = UInt8(ascii: "y")
                return String(decoding: other, as: UTF8.self)
            }
            #expect(Self.repeated([key, key + "x"] + others) == nil)
            #expect(Self.repeated(others + [key, key])?.count == 2)
        }
    }
}
