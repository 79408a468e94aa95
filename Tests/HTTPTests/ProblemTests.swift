import Foundation
import HTTP
import Testing

@Suite struct ProblemTests {
    private static let all: [RequestError] = [
        .malformedRequestLine, .unknownMethod, .unsupportedVersion, .targetTooLong(limit: 1),
        .malformedTarget, .headerTooLarge(limit: 1), .tooManyFields(limit: 1), .malformedField,
        .foldedField, .bareLineEnd, .missingHost, .repeatedHost, .invalidHost,
        .invalidContentLength, .repeatedContentLength, .conflictingFraming,
        .invalidTransferCoding, .unknownTransferCoding, .unknownExpectation,
        .bodyTooLarge(limit: 1), .malformedChunk, .chunkExtensionsTooLarge(limit: 1),
        .trailersTooLarge(limit: 1), .headerTimeout, .bodyTimeout, .overloaded, .stopping,
        .tooManyConnections,
    ]

    private struct Problem: Decodable {
        var type: String
        var title: String
        var status: Int
        var code: String
        var error: String
        var detail: String
    }

    @Test func `each refusal is a problem document with a code of its own`() throws {
        var codes: Set<String> = []
        for error in Self.all {
            let response = error.response
            #expect(response.contentType == .problem)
            let problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
            #expect(problem.type == "about:blank")
            #expect(problem.status == Int(error.status.code))
            #expect(problem.title == error.status.reason.description)
            #expect(!problem.error.isEmpty)
            #expect(!problem.detail.isEmpty)
            #expect(problem.code.allSatisfy { $0 == "_" || ("a"..."z").contains($0) })
            #expect(codes.insert(problem.code).inserted, "\(problem.code) is used twice")
            #expect((error.status == .serviceUnavailable) == (response.fields.count == 1))
        }
    }

    @Test func `a refusal reads like this`() {
        #expect(
            String(decoding: RequestError.headerTooLarge(limit: 16384).response.body, as: UTF8.self)
                == #"{"type":"about:blank","title":"Request Header Fields Too Large","status":431,"#
                + #""code":"header_too_large","error":"Header section too large","#
                + #""detail":"The header section may have at most 16384 bytes."}"#)
    }
}
