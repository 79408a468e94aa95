/// The text of a statement, in the spelling of each engine.
///
/// Most texts are the same for all engines. Where an engine needs another word, the text holds both spellings at
/// that place:
///
///     "SELECT id FROM deliveries \(sqlite: "INDEXED BY deliveries_again") WHERE webhook_id = ?1"
///     "UPDATE t SET n = \(sqlite: "max", postgres: "greatest")(n, ?2) WHERE id = ?1"
///
/// Parameters are `?1`, `?2` … in both spellings; an engine that numbers them otherwise rewrites them.
package struct SQL: Hashable, Sendable {
    /// The spelling of SQLite.
    package private(set) var sqlite: String
    /// The spelling of PostgreSQL.
    package private(set) var postgres: String

    /// A text that is the same for all engines.
    package init(_ text: String) {
        sqlite = text
        postgres = text
    }

    /// A text with another spelling for each engine.
    package init(sqlite: String, postgres: String) {
        self.sqlite = sqlite
        self.postgres = postgres
    }

    /// Both spellings, one after the other.
    package static func + (left: SQL, right: SQL) -> SQL {
        SQL(sqlite: left.sqlite + right.sqlite, postgres: left.postgres + right.postgres)
    }

    /// Appends both spellings.
    package static func += (left: inout SQL, right: SQL) { left = left + right }
}

extension SQL: ExpressibleByStringInterpolation {
    /// Gathers both spellings of a text with interpolations.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sqlite = ""
        fileprivate var postgres = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            sqlite.reserveCapacity(literalCapacity)
            postgres.reserveCapacity(literalCapacity)
        }

        package mutating func appendLiteral(_ literal: String) {
            sqlite += literal
            postgres += literal
        }

        /// A part that is the same for all engines, such as a number or a list of columns.
        package mutating func appendInterpolation(_ part: some CustomStringConvertible) {
            appendLiteral(part.description)
        }

        /// A part with spellings of its own.
        package mutating func appendInterpolation(_ part: SQL) {
            sqlite += part.sqlite
            postgres += part.postgres
        }

        /// A part whose spelling differs; without a second spelling the other engine leaves it out.
        package mutating func appendInterpolation(sqlite: String, postgres: String = "") {
            self.sqlite += sqlite
            self.postgres += postgres
        }
    }

    package init(stringLiteral text: String) { self.init(text) }

    package init(stringInterpolation text: StringInterpolation) {
        self.init(sqlite: text.sqlite, postgres: text.postgres)
    }
}
