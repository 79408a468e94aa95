import Currencies
import Testing

/// What is never written in the sources, and how long they may be.
@Suite struct SourceRulesTests {
    static let longest = 400

    @Test func `nothing shipped imports the whole of Foundation`() throws {
        let found = try House.sources()
            .flatMap { $0.lines(matching: /^\s*(@\w+ )*(\w+ )?import Foundation(Networking)?\b/) }
        #expect(found == [])
    }

    @Test func `nothing shipped traps on what the world did`() throws {
        // Written in halves, so that no search finds them here.
        let found = try House.sources()
            .flatMap { $0.lines(matching: /\btry[!]|\bas[!]|\bfatal[E]rror\(/) }
        #expect(found == [])
    }

    @Test func `nothing is left over`() throws {
        // HTTP's own words for 501 are capitals, and allowed.
        let marks = /\b(TO[D]O|FIX[M]E|X[X]X|HAC[K])\b/
        let words = /\b([Ss]tub(s|bed)?|[Pp]laceholders?|[Nn]ot implemented|[Ff]or now)\b/
        let found = try House.sources()
            .flatMap { $0.lines(matching: marks) + $0.lines(matching: words) }
        #expect(found == [])
    }

    @Test func `a file holds one idea`() throws {
        let found = try House.sources().filter { $0.lines.count - 1 > Self.longest }
            .map { "\($0.path): \($0.lines.count - 1) lines" }
        #expect(found == [])
    }

    @Test func `pointers stay in the targets that say unsafe`() throws {
        let guarded = [
            "CLinux", "CSQLite", "COpenSSL", "Fixtures", "MailDomains", "Sockets", "Crypto", "TLS",
            "SQLite",
        ]
        // One leaf compares constants by words; measured, a head is read in two thirds of the time.
        let measured = ["Sources/HTTP/Span+Scanning.swift"]
        let found = try House.sources()
            .filter { !guarded.contains($0.target) && !measured.contains($0.path) }
            .flatMap { $0.lines(matching: /\bUnsafe(Mutable)?(Raw)?(Buffer)?Pointer\b/) }
        #expect(found == [])
    }

    /// Storage is shut: an engine and its types are known to the targets below it alone, and a statement's text to
    /// storage. `Benchmarks` fills databases by SQL.
    @Test func `no target above storage knows the engine`() throws {
        let below = ["Database", "CSQLite", "SQLite", "Storage", "Benchmarks"]
        let types =
            /\bimport SQLite\b|\bSQLiteError\b|\bStatement\b|\bPreparedStatement\b|\bSession\b/
        // Transport and HTTP have connections of their own, which are no database's.
        let connection = /\bSQLite\.Connection\b|\bConnection\(path/
        let texts = /"(SELECT|INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM|BEGIN|PRAGMA) ?/
        let found = try House.sources().filter { !below.contains($0.target) }
            .flatMap {
                $0.lines(matching: types) + $0.lines(matching: connection)
                    + $0.lines(matching: texts)
            }
        #expect(found == [])
    }

    @Test func `each INSERT names its columns`() throws {
        let found = try House.sources().filter { !$0.path.contains("/Schema") }
            .flatMap { $0.lines(matching: /INSERT (OR \w+ )?INTO \w+( (VALUES|SELECT)|$)/) }
        #expect(found == [])
    }

    @Test func `tests wait for events and never for time`() throws {
        let found = try House.files(under: "Tests", ending: [".swift", ".py", ".sh", "run"])
            .filter { $0.target != "HouseTests" }
            .flatMap { $0.lines(matching: /\b(u|nano)?sleep\b/) }
        #expect(found == [])
    }

    @Test func `one table holds the minor units of currencies`() throws {
        let codes = Currency.all.filter { $0.exponent != 2 }.map(\.text)
        // A preset may hold the list that its sender publishes where it differs from ISO 4217.
        let found = try House.sources()
            .filter { !$0.path.hasPrefix("Sources/Mapping/Presets/") }
            .filter { file in codes.count { file.text.contains($0) } > 3 }
        #expect(found.map(\.path) == ["Sources/Currencies/Currency+MinorUnits.swift"])
    }

    @Test func `one function counts the changes between two words`() throws {
        let found = try House.sources()
            .flatMap { $0.lines(matching: /func \w*[dD]istance\(/) }
        #expect(found.map { $0.prefix { $0 != ":" } } == ["Sources/Spelling/EditDistance.swift"])
    }

    @Test func `one place writes members of JSON objects`() throws {
        let sources = try House.sources().filter { $0.target != "JSON" }
        // A key with a scalar behind it, and a helper that would write the two.
        let pairs = sources.filter {
            $0.text.contains(/\bkey\([^\n]*\)\n\s*(\w+\.)?(string|integer|bool|raw)\((?!utf8:)/)
        }
        let helpers = sources.flatMap {
            $0.lines(
                matching: /mutating func (member|put)\(_ name: String, _ \w+: (String|Int|Bool)/)
        }
        #expect(pairs.map(\.path) == [])
        #expect(helpers == [])
    }
}
