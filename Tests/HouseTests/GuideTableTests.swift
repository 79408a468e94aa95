import Foundation
import Mapping
import Referrals
import Testing
import Webhooks

/// The tables that list values of the program have all of them, and no other.
@Suite struct GuideTableTests {
    /// The cells of the first table under a heading, without its head.
    private func rows(_ page: String, under heading: String) throws -> [[String]] {
        let section = try #require(try Guide(page).section(heading), "\(page): \(heading)")
        return section.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    /// The words of code in the first cells.
    private func names(_ page: String, under heading: String) throws -> [String] {
        try rows(page, under: heading).flatMap { cells in
            cells[0].matches(of: /`(?<name>[^`]+)`/).map { String($0.output.name) }
        }
    }

    @Test func `notifications are listed with every type`() throws {
        let names = try names("Notifications", under: "## Overview")
        #expect(names.sorted() == NotificationType.allCases.map(\.rawValue).sorted())
    }

    @Test func `outcomes are listed`() throws {
        let names = try names("Conditions", under: "## Outcomes")
        #expect(names.sorted() == Outcome.allCases.map(\.rawValue).sorted())
    }

    @Test func `signature schemes are listed`() throws {
        let names = try names("Sources", under: "## Signature schemes")
        #expect(names.sorted() == Scheme.named.keys.sorted())
    }

    @Test func `the fields of a mapping are listed`() throws {
        let names = try names("Sources", under: "## Mapping")
        #expect(
            names.sorted() == Field.allCases.filter { !$0.standsBesideMapping }.map(\.name).sorted()
        )
    }

    @Test func `the settings of a signature are listed`() throws {
        let names = try names("Sources", under: "### Settings of hmac and bearer")
        let error = #expect(throws: ConfigurationError.self) {
            try SignatureSettings(members: ["zzz": ""])
        }
        guard case .settingUnknown(let known) = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(names.sorted() == known.sorted())
    }

    @Test func `presets are listed with their scheme and the owner of their codes`() throws {
        let rows = try rows("Sources", under: "## Presets")
        #expect(rows.map { $0[0] } == Preset.all.map { "`\($0.name)`" })
        for (cells, preset) in zip(rows, Preset.all) {
            #expect(cells[1].hasPrefix("`\(preset.scheme)`"), "\(preset.name)")
            #expect(cells[2] == "the \(preset.codeOf.rawValue)", "\(preset.name)")
        }
    }
}
