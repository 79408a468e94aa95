import Foundation
import Invocation
import TestSupport

/// One call of each command that prints something, on a database with rows in every table.
struct CommandCalls {
    private let folder: TestFolder
    private let database: ScratchDatabase
    private static let secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    init() throws {
        folder = try TestFolder()
        database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        _ = try database.makeKey()
        try folder.write("{}", to: "body.json")
        try folder.write(
            #"{"campaigns": [{"id": 1, "status": "paused"}]}"#, to: "draft.json")
        try folder.write(Message(code: "LEAD-0").text, to: "posted.json")
        try folder.write(
            "email,occurred_at\nlead0@example.com,2025-01-01T00:00:00Z\n", to: "past.csv")
        try folder.write("email,issued_at\n", to: "given.csv")
        try folder.write(
            #"{"campaigns": [{"id": 1, "name": "Spring", "goal_type": "purchase"}]}"#,
            to: "small.json")
        try folder.write(
            #"{"name": "Health", "given": "body.json", "steps": [{"call": {"method": "GET", "#
                + #""path": "/healthz"}, "expect": {"status": 200}}]}"#, to: "health.json")
    }

    var databasePath: String { database.path }

    /// Returns the call of a command; nil for a command that is missing here and must be added.
    func arguments(of command: String) -> [String]? {
        let db = ["--db", database.path]
        let words = command.split(separator: " ").map(String.init)
        let workspace = "\(fixtures)/workspace.json"
        let more: [String]? =
            switch command {
            case "serve": ["--db", "\(folder.path)/new.db", "--listen", "127.0.0.1:0"]
            case "demo": ["--once"]
            case "apply": [workspace, "--db", "\(folder.path)/applied.db"]
            case "keys create": ["--name", "one"] + db
            case "keys list", "accounts list", "audit": db
            case "keys rename": ["1", "--name", "another"] + db
            case "keys revoke": ["1"] + db
            case "accounts create": ["--name", "Beta"] + db
            case "accounts rename": ["1", "--name", "another"] + db
            case "presets", "openapi": []
            case "schema": ["workspace"]
            case "rules check": [workspace]
            case "rules test": ["\(fixtures)/scenarios/duplicate.json"]
            case "rules coverage": ["\(fixtures)/scenarios/duplicate.json"]
            case "rules mutate":
                ["\(folder.path)/health.json", "--workspace", "\(folder.path)/body.json"]
            case "rules diff": ["\(folder.path)/small.json", "\(folder.path)/small.json"]
            case "rules eval": ["1 + 1"]
            case "replay": ["\(fixtures)/payloads/refgate", "--workspace", workspace]
            case "try": ["src_shop", "\(folder.path)/posted.json", "--unsigned"] + db
            case "backtest": ["--rules", "\(folder.path)/draft.json"] + db
            case "explain": ["--code", "LEAD-0"] + db
            case "sign":
                ["\(folder.path)/body.json", "--secret", Self.secret]
            case "export": ["--what", "participants"] + db
            case "import conversions": ["\(folder.path)/past.csv", "--campaign", "1"] + db
            case "import rewards":
                ["\(folder.path)/given.csv", "--campaign", "1", "--dry-run"] + db
            case "backup": ["\(folder.path)/copy.db"] + db
            case "listen": ["--port", "0"]
            default: nil
            }
        return more.map { words + $0 }
    }
}
