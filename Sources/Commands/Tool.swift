import Invocation

extension Tool {
    /// The program `refgate` with all its commands.
    package static let refgate = Tool(
        summary: "a gateway between your backends and your referral programme", version: "0.1.0",
        commands: [
            Serving.self, Demo.self, Applying.self, Keys.Create.self, Keys.List.self,
            Keys.Rename.self, Keys.Revoke.self, Accounts.Create.self,
            Accounts.List.self, Accounts.Rename.self,
            Presets.self, SchemaPrinting.self, OpenAPIPrinting.self, RuleChecking.self,
            RuleTesting.self, RuleCoverage.self, RuleMutating.self, RuleDiffing.self,
            RuleEvaluating.self, Replaying.self, Trying.self, Backtesting.self,
            Explaining.self, Auditing.self,
            Signing.self, Exporting.self, Importing.Conversions.self, Importing.Rewards.self,
            BackingUp.self, Listening.self,
        ])
}
