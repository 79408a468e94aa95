import Mapping

extension SourceDeclaration {
    /// The reserved id, which no source may have.
    static let builtInID = "api"

    /// The source of events sent to the API. Its scheme never verifies a message.
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
