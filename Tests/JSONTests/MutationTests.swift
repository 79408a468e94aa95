import Foundation
import TestSupport
import Testing

@testable import JSON

@Suite struct MutationTests {
    private static let seeds = [
        #"{"id":"m1","data":{"code":"Lé\u00e91","amount":12900,"rate":0.10,"list":[1,[2,3],{"a":null}]},"ok":true}"#,
        #"[{"a":1,"b":2},{"\u0061":1,"b":-0.5e-7},"\ud83d\ude00 😀\n",[],{},[[[]]],9223372036854775807]"#,
        " {\r\n\t\"k 1\" : [ true , false , null ] ,\n \"k 2\" : \"a long string without escapes\" }\n",
    ].map { Array($0.utf8) }

    /// Bytes that mean something to the reader come more often.
    private static let telling =
        Array("{}[]\",:\\u0019eE+-.tfn \n".utf8) + [0xC3, 0xED, 0xF0, 0x80]

    private static func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
        let offset = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, offset + Int.random(in: 1...8, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[offset] = .random(in: 0...255, using: &random)
        case 1: bytes[offset] = telling.randomElement(using: &random) ?? 0
        case 2: bytes.insert(telling.randomElement(using: &random) ?? 0, at: offset)
        case 3: bytes.insert(contentsOf: bytes[offset..<end], at: end)
        default: if bytes.count > 8 { bytes.removeSubrange(offset..<end) }
        }
    }

    /// Touches everything a value offers.
    private static func visit(_ value: Value) -> Int {
        var seen = value.range.count + (value.string?.count ?? 0) + (value.stringBytes?.count ?? 0)
        seen += value.double == nil ? 0 : 1
        seen += value.int.map { String($0).count } ?? 0
        for element in value.elements { seen += visit(element) }
        for (key, value) in value.members { seen += key.string.count + visit(value) }
        return seen
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `no mutation breaks the reader, and what it accepts survives being written`(
        seed: UInt64
    ) throws {
        var random = Seeded(seed)
        var accepted = 0
        for round in 0..<4000 {
            var bytes = Self.seeds[round % Self.seeds.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, &random) }
            guard let root = try? Document(parsing: bytes).root else { continue }
            accepted += 1
            #expect(Self.visit(root) > 0)
            let written = root.compactText
            let again = try Document(parsing: written).root
            #expect(again.compactText == written, "seed \(seed), round \(round)")
            #expect(Self.visit(again) > 0)
            // Foundation reads less strictly, but has no number beyond doubles.
            let theirs = try? JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
            let isFinite = !String(decoding: written, as: UTF8.self).lowercased().contains("e")
            #expect(theirs != nil || !isFinite, "seed \(seed), round \(round)")
        }
        #expect(accepted > 100)
    }
}
