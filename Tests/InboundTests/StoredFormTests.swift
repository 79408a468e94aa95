import HTTP
import JSON
import Mapping
import Referrals
import Storage
import TestSupport
import Testing

@testable import Inbound

/// A stored body is read as what it was received in, whatever it begins with.
@Suite struct StoredFormTests {
    @Test(arguments: [
        ("code=LEAD-0", BodyFormat.form), ("{a}=1&code=LEAD-0", .form),
        ("+code=1&code=LEAD-0", .form),
        (#"{"referral_code":"LEAD-0"}"#, .json), ("\n {\"referral_code\":\"LEAD-0\"}", .json),
    ])
    func `a body is read again as it was read at first`(_ body: String, _ format: BodyFormat) throws
    {
        let reading = SourceReading(
            mapping: try CompiledMapping(Preset.referralFactory.mapping),
            bodyFormats: Preset.referralFactory.formats)
        let bytes = Array(body.utf8)
        let document = try format == .form ? Form.document(from: bytes) : Document(parsing: bytes)
        let first = reading.mapping.mapItem(document.root, headers: Fields())
        let row = EventRow(
            id: ID(1), source: ID(1), sourceVersion: 1, eventID: "e", fingerprint: 0,
            receivedAt: Scratch.noon, outcome: .parked,
            fields: reading.keptFields(Fields(), bodyIn: format), body: bytes)
        let again = try #require(Incoming(stored: row, reading))
        guard case .event(let found) = again.content, case .event(let event) = first else {
            Issue.record("\(again.content)")
            return
        }
        #expect(found == event)
        #expect(found.referralCode?.text == "LEAD-0")
    }
}
