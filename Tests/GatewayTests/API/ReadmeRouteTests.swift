import Foundation
import HTTP
import Testing

@testable import Gateway

/// The README's table of routes has every route of the API with its filters, and no other.
@Suite struct ReadmeRouteTests {
    /// A row of the table, and the routes that it names as `METHOD path`.
    private struct Row {
        let text: String
        var routes: Set<String> = []

        /// `GET` alone belongs to the path that follows, and `…/reject` replaces the last word of the one before.
        init(_ text: String) {
            self.text = text
            var methods: [String] = []
            var last = (method: "", path: "")
            for span in text.matches(of: /`(?<code>[^`]+)`/).map(\.output.code) {
                let words = span.split(separator: " ")
                if span.hasPrefix("…/") {
                    last.path.replace(/[^\/]+$/, with: String(span.dropFirst(2)))
                    routes.insert("\(last.method) \(last.path)")
                } else if let method = words.first.map(String.init), Self.methods.contains(method) {
                    methods.append(method)
                    guard words.count == 2 else { continue }
                    last = (method, String(words[1]))
                    routes.formUnion(methods.map { "\($0) \(last.path)" })
                    methods = []
                } else {
                    methods = []
                }
            }
        }

        private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    }

    private static func rows() throws -> [Row] {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let table = try #require(text.range(of: "| routes under `/api/v1` | what |\n"))
        return text[table.upperBound...].split(
            separator: "\n", omittingEmptySubsequences: false
        ).prefix { $0.hasPrefix("|") }.map { Row(String($0)) }
    }

    /// The routes under `/api/v1`, as the table writes them.
    private static let routes = API.routes.compactMap { route -> (name: String, route: Route)? in
        guard route.path.starts(with: [.word("api"), .word("v1")]) else { return nil }
        let path = route.path.dropFirst(2).map { segment in
            switch segment {
            case .word(let word): word
            case .number: "N"
            case .text: "ID"
            }
        }
        return ("\(route.method.name) " + path.joined(separator: "/"), route)
    }

    @Test func `each route is in the table, and no other`() throws {
        let shown = try Self.rows().reduce(into: Set<String>()) { $0.formUnion($1.routes) }
        #expect(shown.symmetricDifference(Self.routes.map(\.name)) == [])
    }

    @Test func `each filter stands in the row of its route`() throws {
        let rows = try Self.rows()
        for (name, route) in Self.routes {
            let row = try #require(rows.first { $0.routes.contains(name) }, "\(name)")
            for filter in route.parameters ?? [] where !Page.parameters.contains(filter) {
                #expect(row.text.contains("`\(filter)`"), "\(name): \(filter)")
            }
        }
    }
}
