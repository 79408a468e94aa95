import HTTP
import Testing

@Suite struct FieldsTests {
    private func sample() -> Fields {
        var fields = Fields()
        fields.append("X-Long-Name-With-Many-Letters", "One")
        fields.append("accept", "")
        fields.append("X-LONG-name-with-many-letters", "Two")
        return fields
    }

    @Test func `names are found in lower case, values as they were given`() {
        let fields = sample()
        #expect(fields.count == 3)
        #expect(fields.count(of: "x-long-name-with-many-letters") == 2)
        #expect(fields.first("x-long-name-with-many-letters").map(Array.init) == latin1("One"))
        #expect(fields.first("accept" as String)?.isEmpty == true)
        #expect(fields.first("accep") == nil)
        #expect(fields.first("Accept") == nil)
        #expect(
            fields.all("x-long-name-with-many-letters").map(Array.init)
                == ["One", "Two"].map(latin1))
    }

    @Test func `names of any length are lowered, values beside them are not`() {
        for length in 1...20 {
            let name = String(repeating: "A", count: length)
            let reading = Reading(request("GET / HTTP/1.1", "\(name):ABCDEFGHIJ", "Z:Q"))
            let lowered = String(repeating: "a", count: length)
            #expect(
                reading.messages.first?.fields
                    == ["host=example.com", "\(lowered)=ABCDEFGHIJ", "z=Q"])
        }
    }

    @Test(arguments: ["a\r\nb", "a\nb", "a\u{0}"])
    func `a value never forges another field`(_ value: String) async {
        await #expect(processExitsWith: .failure) { [value] in
            var fields = Fields()
            fields.append("x", value)
        }
    }

    @Test func `a field has a name that is a token`() async {
        await #expect(processExitsWith: .failure) {
            var fields = Fields()
            fields.append("x y", "z")
        }
    }
}
