import Foundation
import PublicSuites

/// A file of Wycheproof (C2SP), as far as these tests read it.
struct Wycheproof: Decodable {
    struct Group: Decodable {
        struct Key: Decodable {
            var pk: String?
        }
        struct Case: Decodable {
            var tcId: Int
            var comment: String
            var key: String?
            var msg: String
            var tag: String?
            var sig: String?
            var result: String
        }
        var tagSize: Int?
        var publicKey: Key?
        var publicKeyDer: String?
        var tests: [Case]
    }
    var numberOfTests: Int
    var testGroups: [Group]

    static let isThere = PublicSuites.has("crypto/wycheproof/ed25519_test.json")

    init(_ name: String) throws {
        let url = PublicSuites.file("crypto/wycheproof/\(name)_test.json")
        self = try JSONDecoder().decode(Wycheproof.self, from: Data(contentsOf: url))
    }

    /// Judges every case and gives the numbers of those whose verdict differs from the file's.
    func wrong(_ isValid: (Group, Group.Case) throws -> Bool) rethrows -> [Int] {
        var wrong: [Int] = []
        var seen = 0
        for group in testGroups {
            for test in group.tests {
                seen += 1
                if try isValid(group, test) != (test.result == "valid") { wrong.append(test.tcId) }
            }
        }
        precondition(seen == numberOfTests, "every case is judged")
        return wrong
    }
}
