import Foundation
import TestSupport
import Testing

/// Types what the README shows under "A minute's tour" into a shell, as it is printed, in an empty folder.
@Suite struct FirstMinuteTests {
    @Test(.enabled(if: TypedShell.binary != nil, "REFGATE_BINARY names the built program"))
    func `the tour leads to a reward and a verified notification`() throws {
        let section = try #require(try Guide.readme().section("## A minute's tour"))
        let blocks = Guide.blocks("sh", of: section)
        let answer = try #require(Guide.blocks("json", of: section).first)
        let parting = try #require(blocks.last)
        let gateway = try ServeProcess.freePort()
        let receiver = try ServeProcess.freePort()
        let shell = try TypedShell(listening: gateway) { text in
            text.replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(gateway)")
                .replacingOccurrences(of: "127.0.0.1:9000", with: "127.0.0.1:\(receiver)")
                .replacingOccurrences(of: "--port 9000", with: "--port \(receiver)")
        }
        defer { shell.end() }
        // The first block builds, which is done, and goes to an empty folder, where the shell is.
        try #require(blocks[0].contains("swift build"))
        for block in blocks[1..<(blocks.count - 1)] { shell.type(block) }
        // Whoever pastes the last block has seen by then what the receiver prints.
        for type in ["lead.qualified", "reward.issued"] {
            #expect(shell.wait(for: "  \(type)  valid  → 200"), "\(shell.said)")
        }
        shell.type(parting)
        #expect(shell.ends() == 0, "\(shell.said)")
        for words in [
            String(answer.dropLast()), #""coupon_code":"THANKS-1001""#, "No check failed.",
            "violations        0",
        ] { #expect(shell.said.contains(words), "\(words): \(shell.said)") }
    }
}
