import JSON
import Mapping
import Testing

@Suite struct MappingFixtureTests {
    @Test(arguments: MappingFixture.all)
    func `a sender's payload comes out as its preset says`(_ fixture: MappingFixture) throws {
        let expected = try #require(fixture.expectation["expect"])
        #expect(described(try fixture.mapped()) == (try described(expected)))
    }

    @Test(arguments: Preset.all)
    func `every preset has payloads, and each of them an expectation`(_ preset: Preset) {
        let payloads = MappingFixture.names(in: "payloads/\(preset.name)")
        #expect(!payloads.isEmpty)
        #expect(payloads == MappingFixture.names(in: "mapping/\(preset.name)"))
    }

    @Test func `no payload belongs to an unknown source`() {
        let known = Preset.all.map(\.name).sorted()
        #expect(MappingFixture.sources(in: "payloads") == known)
        #expect(MappingFixture.sources(in: "mapping") == known)
    }

    @Test(arguments: MappingFixture.all)
    func `a repeat has the same fingerprint, byte for byte`(_ fixture: MappingFixture) throws {
        #expect(fingerprints(try fixture.mapped()) == fingerprints(try fixture.mapped()))
    }

    private func fingerprints(_ mapped: Mapped) -> [[UInt8]] {
        let items =
            switch mapped {
            case .single(let item): [item]
            case .batch(let items): items.map(\.item)
            }
        return items.compactMap { item in
            guard case .event(let event) = item else { return nil }
            var bytes: [UInt8] = []
            event.appendFingerprint(to: &bytes)
            return bytes
        }
    }
}

extension Preset: CustomTestStringConvertible {
    package var testDescription: String { name }
}
