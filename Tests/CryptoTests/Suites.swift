import Foundation

/// The public test suites, which are not part of the repository.
enum Suites {
    static let folder: URL = {
        if let given = ProcessInfo.processInfo.environment["REFGATE_SUITES"] {
            return URL(fileURLWithPath: given)
        }
        return packageRoot.appendingPathComponent("../shared/conformance").standardizedFileURL
    }()

    static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Whether a suite's tests run. Where it is absent they are skipped with a word on why; with
    /// `CI=true` they run and so fail.
    static func has(_ path: String) -> Bool {
        let isThere = FileManager.default.fileExists(
            atPath: folder.appendingPathComponent(path).path)
        if isThere || ProcessInfo.processInfo.environment["CI"] == "true" { return true }
        print("skipped: no \(path) in \(folder.path) (set REFGATE_SUITES)")
        return false
    }
}

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

    static let isThere = Suites.has("crypto/wycheproof/ed25519_test.json")

    init(_ name: String) throws {
        let url = Suites.folder.appendingPathComponent("crypto/wycheproof/\(name)_test.json")
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
