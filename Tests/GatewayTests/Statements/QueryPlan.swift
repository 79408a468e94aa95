import Database
import Foundation
import SQLite

/// How SQLite runs a statement, and what of it takes longer the more rows there are.
struct QueryPlan {
    let statement: String
    /// The steps of `EXPLAIN QUERY PLAN`.
    let steps: [String]

    init(_ statement: String, _ connection: Connection) throws {
        self.statement = statement
        let explained = try connection.prepare("EXPLAIN QUERY PLAN " + statement)
        var steps: [String] = []
        while try explained.step() { steps.append(explained.text(3)) }
        self.steps = steps
    }

    /// Tables that hold what operators declare, and what is under way. Every other table grows with traffic.
    static let small: Set = [
        "accounts", "address_conflicts", "api_keys", "campaigns", "campaign_versions",
        "campaign_rewards", "cancellations", "coupon_orders", "erasures",
        "meta", "sources", "source_versions", "sqlite_schema", "webhooks", "webhook_queues",
    ]

    /// The steps that walk along a growing table, sort rows of one, or build an index over it.
    func faults(growing tables: Set<String>) -> [String] {
        let names = aliases(of: tables)
        return steps.filter { step in
            let words = step.split(separator: " ").map(String.init)
            guard let first = words.first else { return false }
            switch first {
            case "SCAN", "SEARCH":
                guard words.count > 1, names.contains(words[1]) else { return false }
                return first == "SCAN" || step.contains("AUTOMATIC") || !isNarrow(step)
            case "USE": return step.contains("TEMP B-TREE") && !names.isEmpty
            default: return false
            }
        }
    }

    /// Columns that a large share of a table's rows may agree in.
    private static let wide: Set = [
        "account_id", "awaits", "campaign_id", "campaign_reward_id", "kind", "rule", "source",
        "status", "type", "webhook_id",
    ]

    /// Whether a step seeks few rows: those that agree in a column that tells them apart, or lie between
    /// two bounds.
    private func isNarrow(_ step: String) -> Bool {
        guard let start = step.lastIndex(of: "("), let end = step.lastIndex(of: ")") else {
            return false
        }
        let terms = step[start..<end].dropFirst().split(separator: " ").map(String.init)
            .filter { $0 != "AND" }
        if terms.contains(where: {
            $0.hasSuffix("=?") && !Self.wide.contains(String($0.dropLast(2)))
        }) {
            return true
        }
        return terms.contains { term in
            term.hasSuffix(">?") && terms.contains(String(term.dropLast(2)) + "<?")
        }
    }

    /// The names the statement gives the tables.
    private func aliases(of tables: Set<String>) -> Set<String> {
        let words = statement.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        var names: Set<String> = []
        for (index, word) in words.enumerated() where tables.contains(word) {
            names.insert(word)
            var next = index + 1
            if next < words.count, words[next] == "AS" { next += 1 }
            // An alias in our statements is written in small letters, a keyword in capitals.
            if next < words.count, words[next].allSatisfy({ $0.isLowercase || $0 == "_" }) {
                names.insert(words[next])
            }
        }
        return names
    }
}
