import Commands
import Declarations
import Foundation
import Invocation
import Mapping
import Referrals
import Testing

@Suite struct PresetsTests {
    private func run(_ words: String...) -> (code: ExitCode, said: String, complained: String) {
        let (output, errors) = (Transcript(), Transcript())
        let code = Tool.refgate.run(
            ["presets"] + words, in: World(output: output.output(), errors: errors.output()))
        return (code, output.text, errors.text)
    }

    @Test func `all presets are named with their schemes`() {
        let run = run()
        #expect(run.code == .ok)
        #expect(
            run.said == """
                refgate           standard-webhooks
                generic           hmac
                stripe            stripe
                shopify           shopify
                hubspot           hubspot-v3
                revenuecat        bearer
                referral-factory  url-token

                """)
    }

    @Test(arguments: Preset.all) func `a preset's mapping is printed whole`(_ preset: Preset) {
        let run = run(preset.name)
        #expect(run.code == .ok)
        #expect(run.said.hasPrefix("scheme: \(preset.scheme)\n"))
        #expect(run.said.hasSuffix("\n\(preset.mapping)\n"))
    }

    @Test func `an unknown preset is a usage error that names them`() {
        let run = run("strype")
        #expect(run.code == .usage)
        #expect(run.complained.contains("refgate, generic, stripe"))
    }

    /// The printed declaration, pasted into a workspace, has the same effect without the preset.
    @Test(arguments: Preset.all.filter { !$0.formats.contains(.form) })
    func `as JSON it is what a source would declare`(_ preset: Preset) throws {
        let document = Array(
            (#"{"id":"src_1","url":"https://gateway.example/hooks/src_1","#
                + run(preset.name, "--json").said.dropFirst()).utf8)
        let declared = try SourceDeclaration.read(stored: document)
        #expect(declared.scheme == preset.scheme)
        #expect(declared.mapping == preset.mapping)
        #expect(declared.codeOf == preset.codeOf)
        let signature = preset.signature.map { $0.header }
        #expect(declared.signature["header"] == signature)
    }
}
