import Foundation
import PublicSuites
import Testing

@testable import JSON

/// nst/JSONTestSuite.
enum JSONTestSuite {
    struct Case: Decodable {
        enum Expectation: String, Decodable { case accept, reject, either }
        let name: String
        let expect: Expectation
        let bytes: Int
        let data: Data
    }

    private struct File: Decodable { let cases: [Case] }

    private static let file = "json/cases.json"

    static let isPresent = PublicSuites.has(file)

    static func cases() throws -> [Case] {
        try JSONDecoder().decode(File.self, from: Data(contentsOf: PublicSuites.file(file))).cases
    }
}

@Suite(.enabled(if: JSONTestSuite.isPresent, Comment(rawValue: PublicSuites.absence)))
struct ConformanceTests {
    /// Texts with repeated keys: the only ones of the suite's `accept` that are refused.
    private static let duplicates = [
        "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
    ]

    /// Of what RFC 8259 leaves open, only numbers beyond what a double holds are accepted.
    private static let openAndAccepted = [
        "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json",
        "i_number_neg_int_huge_exp.json", "i_number_pos_double_huge_exp.json",
        "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json", "i_number_too_big_neg_int.json",
        "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json",
    ]

    @Test func `the suite is whole`() throws {
        let cases = try JSONTestSuite.cases()
        #expect(cases.count == 318)
        for one in cases { #expect(one.data.count == one.bytes, "\(one.name)") }
    }

    @Test func `every case is accepted or refused as it says, or as we chose`() throws {
        for one in try JSONTestSuite.cases() {
            let expected =
                switch one.expect {
                case .accept: !Self.duplicates.contains(one.name)
                case .reject: false
                case .either: Self.openAndAccepted.contains(one.name)
                }
            let document = try? Document(parsing: Array(one.data))
            #expect((document != nil) == expected, "\(one.name)")
        }
    }

    @Test func `what is accepted can be written back and read again`() throws {
        for one in try JSONTestSuite.cases() {
            guard let document = try? Document(parsing: Array(one.data)) else { continue }
            let written = document.root.compactText
            #expect(String(validating: written, as: UTF8.self) != nil, "\(one.name)")
            #expect(try Document(parsing: written).root.compactText == written, "\(one.name)")
        }
    }
}
