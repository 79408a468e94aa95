import Foundation
import HTTP
import Testing

@testable import API

/// The page of the HTTP API has every route with its filters, and no other.
@Suite struct GuideRouteTests {
    /// The rows of routes, by the route that each begins with.
    private static func rows() throws -> [String: String] {
        let rows = try Guide("HTTPAPI").text.split(separator: "\n").compactMap { line in
            line.prefixMatch(of: /\| `(?<route>[A-Z]+ \/[^`]+)` \|/).map {
                (String($0.output.route), String(line))
            }
        }
        return Dictionary(rows) { first, _ in first }
    }

    @Test func `each route is in a table, and no other`() throws {
        let shown = try Set(Self.rows().keys)
        #expect(shown.symmetricDifference(API.routes.map(\.name)) == [])
    }

    @Test func `each filter stands in the row of its route`() throws {
        let rows = try Self.rows()
        for route in API.routes {
            let row = try #require(rows[route.name], "\(route.name)")
            for filter in route.parameters ?? [] {
                #expect(row.contains("`\(filter.name)`"), "\(route.name): \(filter.name)")
            }
        }
    }
}
