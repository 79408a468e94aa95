import HTTP
import JSON
import Mapping
import Testing

/// Maps a body by a few expressions; those a test isn't about are left out.
func map(
    _ body: String, _ expressions: [Field: String], headers: [(String, String)] = []
) throws -> Mapped {
    var fields = Fields()
    for (name, value) in headers { fields.append(name, value) }
    let mapping = try CompiledMapping(MappingText(expressions))
    return mapping.map(try Document(parsing: Array(body.utf8)), headers: fields)
}

/// The event a body comes to; a code is mapped unless the test does it.
func event(
    _ body: String, _ expressions: [Field: String], headers: [(String, String)] = []
) throws -> MappedEvent {
    let code = [Field.referralCode: #""ADA-REF""#]
    let mapped = try map(
        body, expressions.merging(code) { given, _ in given }, headers: headers)
    guard case .single(.event(let event)) = mapped else {
        throw Unexpected(mapped: described(mapped))
    }
    return event
}

/// The reason why a body cannot be mapped.
func problems(
    _ body: String, _ expressions: [Field: String], headers: [(String, String)] = []
) throws -> [MappingProblem] {
    let code = [Field.referralCode: #""ADA-REF""#]
    let mapped = try map(
        body, expressions.merging(code) { given, _ in given }, headers: headers)
    guard case .single(.unmapped(let problems)) = mapped else {
        throw Unexpected(mapped: described(mapped))
    }
    return problems
}

struct Unexpected: Error {
    let mapped: String
}
