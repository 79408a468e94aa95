import HTTP
import JSON
import Mapping
import Referrals
import Storage
import TestSupport
import Testing

@testable import Ledger

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

    /// Read as one item it would lack a field, and the audit would find another reason than is stored.
    @Test(arguments: [#"{"eventId":1}"#, #"{"items":[]}"#])
    func `a body in which no list was found comes to the same when it is read again`(
        _ body: String
    ) throws {
        let reading = SourceReading(
            mapping: try CompiledMapping(Preset.hubspot.mapping),
            bodyFormats: Preset.hubspot.formats)
        let bytes = Array(body.utf8)
        let first = reading.mapping.map(try Document(parsing: bytes), headers: Fields())
        let row = EventRow(
            id: ID(1), source: ID(1), sourceVersion: 1, eventID: "e", fingerprint: 0,
            receivedAt: Scratch.noon, outcome: .unmapped,
            fields: reading.keptFields(Fields(), bodyIn: .json, isUncut: true), body: bytes)
        let again = try #require(Incoming(stored: row, reading))
        guard case .single(.unmapped(let problems)) = first,
            case .unmapped(let found) = again.content
        else {
            Issue.record("\(first), \(again.content)")
            return
        }
        #expect(found == problems)
        #expect(found.first?.code == .mappingTypeError)
    }

    @Test(arguments: [(1, true), (0, false), (2, false)])
    func `a body in which a list is found by now is an event only where it holds just one`(
        _ count: Int, _ isEvent: Bool
    ) throws {
        var text = Preset.referralFactory.mapping
        text[.each] = ["payload.items"]
        let reading = SourceReading(mapping: try CompiledMapping(text), bodyFormats: [.json])
        let items = Array(repeating: #"{"referral_code":"LEAD-0"}"#, count: count)
        let row = EventRow(
            id: ID(1), source: ID(1), sourceVersion: 1, eventID: "e", fingerprint: 0,
            receivedAt: Scratch.noon, outcome: .unmapped,
            fields: reading.keptFields(Fields(), bodyIn: .json, isUncut: true),
            body: Array("{\"items\":[\(items.joined(separator: ","))]}".utf8))
        let again = try #require(Incoming(stored: row, reading))
        if case .event = again.content { #expect(isEvent) } else { #expect(!isEvent) }
    }
}
