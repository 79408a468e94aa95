import Mapping

extension SourceDeclaration {
    /// The id that nobody may declare.
    static let builtInID = "api"

    /// How the API's own events are read. No message is ever verified by its scheme.
    package static let builtIn: SourceDeclaration = {
        var source = SourceDeclaration(
            id: builtInID, name: builtInID, scheme: "standard-webhooks")
        source.mapping = MappingText([
            .goal: "payload.goal",
            .referralCode: "payload.referral_code",
            .businessKey: "payload.?business_key",
            .amount: "payload.?amount",
            .currency: "payload.?currency",
            .occurredAt: "payload.?occurred_at",
            .email: "payload.?email",
            .customer: "payload.?customer",
        ])
        return source
    }()
}
