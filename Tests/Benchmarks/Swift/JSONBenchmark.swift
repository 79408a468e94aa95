import Foundation
import JSON

/// Our reader beside Foundation's two on every payload in a folder. Each reader gets bytes and goes as far
/// as having two fields of the body in hand.
enum JSONBenchmark {
    private struct TwoFields: Decodable {
        var id: String?
        var type: String?
    }

    static func run(arguments: [String]) throws {
        let folder = URL(filePath: arguments.first ?? "fixtures/payloads")
        print("ns per document, best of 7 rounds; × is how many times ours")
        print(row("payload", "bytes", "JSON", "+ 2 fields", "Decoder", "×", "Serialization", "×"))
        for file in payloads(in: folder) {
            try measure(file, named: file.path.replacing(folder.path + "/", with: ""))
        }
    }

    private static func payloads(in folder: URL) -> [URL] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? [])
            .filter { $0.pathExtension == "json" }
            .sorted { $0.path < $1.path }
    }

    private static func measure(_ file: URL, named name: String) throws {
        let data = try Data(contentsOf: file)
        let bytes = Array(data)
        guard (try? Document(parsing: bytes)) != nil else {
            print(row(name, "\(bytes.count)", "refused"))
            return
        }
        let iterations = max(20, 4_000_000 / (bytes.count + 100))
        let index = try Stopwatch.best(iterations) { try Document(parsing: bytes).root.count }
        let ours = try Stopwatch.best(iterations) {
            let root = try Document(parsing: bytes).root
            return (root["id"]?.string?.utf8.count ?? 0) + (root["type"]?.string?.utf8.count ?? 0)
        }
        let decoder = JSONDecoder()
        let decoded = try? Stopwatch.best(iterations / 4) {
            let fields = try decoder.decode(TwoFields.self, from: data)
            return (fields.id?.utf8.count ?? 0) + (fields.type?.utf8.count ?? 0)
        }
        let serialized = try? Stopwatch.best(iterations / 4) {
            let root =
                try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
                as? [String: Any]
            return ((root?["id"] as? String)?.utf8.count ?? 0)
                + ((root?["type"] as? String)?.utf8.count ?? 0)
        }
        print(
            row(
                name, "\(bytes.count)", whole(index), whole(ours), decoded.map(whole) ?? "-",
                decoded.map { ratio($0, ours) } ?? "-", serialized.map(whole) ?? "-",
                serialized.map { ratio($0, ours) } ?? "-"))
    }

    private static func whole(_ number: Double) -> String { "\(Int(number.rounded()))" }
    private static func ratio(_ theirs: Double, _ ours: Double) -> String {
        String(format: "%.1f", theirs / ours)
    }

    private static func row(_ name: String, _ columns: String...) -> String {
        name.padding(toLength: 44, withPad: " ", startingAt: 0)
            + columns.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }.joined()
    }
}
