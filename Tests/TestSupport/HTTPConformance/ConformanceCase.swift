import Foundation

/// The whole of `cases.json`.
package struct ConformanceSuite: Sendable, Decodable {
    var format: Int
    var body: String
    var missing_path: String
    var hidden_request: String
    package var cases: [ConformanceCase]

    package static func load() throws -> ConformanceSuite {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = tests.appending(path: "Conformance/http/cases.json")
        return try JSONDecoder().decode(ConformanceSuite.self, from: Data(contentsOf: file))
    }
}

/// One case: what is sent, and which outcomes are right.
package struct ConformanceCase: Sendable, Decodable, CustomStringConvertible {
    package enum Level: String, Sendable, Decodable {
        case must = "MUST"
        case should = "SHOULD"
        case advisory
    }

    package var id: String
    package var group: String
    package var level: Level
    package var note: String
    var steps: [Step]
    package var accept: [String]
    package var prefer: [String]?
    var checks: [Check]?
    var methods: [String]?
    var wait: String?

    package var description: String { id }
    package var isSlow: Bool { wait == "slow" }

    /// One step on the connection; the members that are present name it.
    struct Step: Sendable, Decodable {
        var send: String?
        var bytes_each: String?
        var `repeat`: String?
        var serial: String?
        var flood: String?
        var unread_flood: String?
        var drip: String?
        var slices: String?
        var crowd: String?
        var send_if_interim: String?
        var pause: Int?
        var await_responses: Int?
        var await_any: Int?
        var count: Int?
        var every: Int?
        var mib: Int?
        var shutdown: Bool?
        var reset: Bool?
        var reconnect: Bool?
    }

    /// A check has one member: its name with its argument.
    struct Check: Sendable, Decodable {
        var name: String
        var argument: Argument

        enum Argument: Sendable {
            case flag(Bool)
            case text(String)
            case words([String])
            case number(Int)
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Key.self)
            guard let key = members.allKeys.first, members.allKeys.count == 1 else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "one member"))
            }
            name = key.stringValue
            if let flag = try? members.decode(Bool.self, forKey: key) {
                argument = .flag(flag)
            } else if let text = try? members.decode(String.self, forKey: key) {
                argument = .text(text)
            } else if let number = try? members.decode(Int.self, forKey: key) {
                argument = .number(number)
            } else {
                argument = .words(try members.decode([String].self, forKey: key))
            }
        }

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }
}

/// Fills in what the texts leave open.
struct Placeholders {
    private var values: [(String, String)]

    init(server: HTTPConformance.Server, suite: ConformanceSuite) {
        let host = "\(server.host):\(server.port)"
        let hidden = suite.hidden_request.replacingOccurrences(of: "@HOST@", with: host)
        let length = hidden.unicodeScalars.count
        values = [
            ("@METHOD@", server.method), ("@PATH@", server.path), ("@GET@", server.get),
            ("@EXTRA@", server.extra), ("@HOST@", host),
            ("@INNERLEN@", String(length)), ("@INNERHEX@", String(length, radix: 16)),
            ("@CLTELEN@", String(5 + length)), ("@INNERHEX2@", String(5 + length, radix: 16)),
            ("@PADLEN@", String(204_800 + length)),
        ]
    }

    /// Each character is one byte (ISO 8859-1).
    func bytes(_ text: String) -> [UInt8] {
        var text = text
        for (name, value) in values where text.contains("@") {
            text = text.replacingOccurrences(of: name, with: value)
        }
        return text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    /// The text so many times, `@I@` in it being the index.
    func bytes(_ text: String, repeated count: Int) -> [UInt8] {
        let parts = text.components(separatedBy: "@I@").map { bytes($0) }
        var all: [UInt8] = []
        for index in 0..<count {
            let digits = Array(String(index).utf8)
            all.append(contentsOf: parts.joined(separator: digits))
        }
        return all
    }
}
