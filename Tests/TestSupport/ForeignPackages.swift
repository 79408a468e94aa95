import Foundation

/// The senders' own packages for signatures and the parser of PostgreSQL, in the Python that `Tests/Foreign/prepare`
/// made.
package enum ForeignPackages {
    /// A question to `Tests/Foreign/signatures.py`, which says what it may be.
    package struct Ask: Encodable {
        package var `do`: String
        package var package: String
        package var secret: String
        package var id: String
        package var now: Int64
        package var body: String
        package var headers: [[String]]

        package init(
            do what: String, package: String = "standardwebhooks", secret: String, id: String = "",
            now: Int64, body: String, headers: [[String]] = []
        ) {
            self.do = what
            self.package = package
            self.secret = secret
            self.id = id
            self.now = now
            self.body = body
            self.headers = headers
        }
    }

    package struct Answer: Decodable {
        package var headers: [[String]]?
        package var valid: Bool?
        package var why: String?
    }

    package enum Failure: Error { case pythonMissing, ended(status: Int), answers(Int) }

    private static let python: String? = {
        let path = ProcessInfo.processInfo.environment["REFGATE_PYTHON"]
        if path == nil { print("skipped: REFGATE_PYTHON is not set (see Tests/Foreign/prepare)") }
        return path
    }()

    /// With `CI=true` their absence is a failure.
    package static var areToBeAsked: Bool {
        python != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// Puts all questions to one Python and gives its answers, in order.
    package static func converse(_ asks: [Ask]) throws -> [Answer] {
        let questions = try asks.map { try JSONEncoder().encode($0) }
        return try answers(of: "signatures.py", to: questions)
    }

    /// Reads statements with the parser of the PostgreSQL server.
    ///
    /// - Returns: for each text the fault that was found, nil where there is none.
    package static func postgresFaults(in texts: [String]) throws -> [String?] {
        struct Answer: Decodable { var why: String? }
        let questions = try texts.map { try JSONEncoder().encode($0) }
        let answers: [Answer] = try answers(of: "postgres.py", to: questions)
        return answers.map(\.why)
    }

    /// Validates JSON texts against one JSON Schema with the package `jsonschema`.
    ///
    /// - Returns: for each text its faults.
    package static func faults(
        in texts: [String], against schema: [UInt8]
    ) throws -> [[String]] {
        struct Ask: Encodable {
            let schema: String
            let instance: String
        }
        struct Answer: Decodable { let faults: [String] }
        let asks = try texts.map {
            try JSONEncoder().encode(
                Ask(schema: String(decoding: schema, as: UTF8.self), instance: $0))
        }
        let answers: [Answer] = try answers(of: "validate.py", to: asks)
        return answers.map(\.faults)
    }

    /// The path of a file in `Tests/Foreign`.
    package static func path(of name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Foreign/\(name)").path
    }

    /// Runs a program of the packages to its end, such as `python`.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        in folder: URL
    ) throws -> FinishedProcess {
        guard let python else { throw Failure.pythonMissing }
        let path = URL(filePath: python).deletingLastPathComponent().appending(path: program).path
        let variables = environment.map { "\($0.key)=\($0.value)" }
        return try FinishedProcess(
            ["env"] + variables + [path] + arguments, folder: folder.path, errors: .output)
    }

    /// Puts each question on a line of a script's input, and reads an answer from each line of its output.
    private static func answers<Answer: Decodable>(
        of script: String, to asks: [Data]
    ) throws -> [Answer] {
        guard let python else { throw Failure.pythonMissing }
        let path = path(of: script)
        let questions = FileManager.default.temporaryDirectory
            .appending(path: "refgate-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: questions) }
        var text = Data()
        for ask in asks { text += ask + Data("\n".utf8) }
        try text.write(to: questions)
        let run = try FinishedProcess([python, path], input: .file(questions.path))
        guard run.status == 0 else { throw Failure.ended(status: run.status) }
        let lines = run.output.utf8.split(separator: UInt8(ascii: "\n"))
        guard lines.count == asks.count else { throw Failure.answers(lines.count) }
        return try lines.map { try JSONDecoder().decode(Answer.self, from: Data($0)) }
    }
}
