import Reading
import Testing

@Suite struct SeenKeysTests {
    @Test func `each of many keys is found again, and no other`() {
        var table = SeenKeys()
        for number in 0..<10_000 {
            #expect(table.insert("k\(number)", group: Int64(number % 3), place: number) == nil)
        }
        for number in 0..<10_000 {
            let group = Int64(number % 3)
            #expect(table.find("k\(number)", group: group)?.place == number)
            #expect(table.insert("k\(number)", group: group, place: -1)?.place == number)
            #expect(table.find("k\(number)", group: group + 3) == nil)
        }
        #expect(table.find("k10000", group: 0) == nil)
    }

    @Test func `a key may stand once in each group, or once in all`() {
        var each = SeenKeys()
        #expect(each.insert("a", group: 1, place: 1) == nil)
        #expect(each.insert("a", group: 2, place: 2) == nil)
        var all = SeenKeys(ignoresGroups: true)
        #expect(all.insert("a", group: 1, place: 1) == nil)
        #expect(all.insert("a", group: 2, place: 2)?.group == 1)
        #expect(all.insert("", group: 1, place: 3) == nil)
        #expect(all.find("", group: 7)?.place == 3)
    }
}
