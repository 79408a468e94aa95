import Declarations
import Referrals
import Schemas
import Workspace

extension Scenario {
    /// The schema of a scenario file.
    package static let schema = JSONSchema.named(
        "Scenario",
        .closed([
            WorkspaceFile.ownAddress,
            .required("name", .text(atMost: 200).described("The name of the scenario.")),
            .required(
                "given",
                .any(of: [WorkspaceFile.schema, .path]).described(
                    "The workspace before the first step, or its path.")),
            .optional(
                "clock", .instant.nullable.described("The time at which the scenario begins.")),
            .required(
                "steps", .array(of: step, atLeast: 1, atMost: ScenarioReader.mostSteps)),
        ]))

    private static let step = JSONSchema.named(
        "Step",
        .any(of: [
            .closed([
                .required("post", Post.schema),
                .optional("expect", Expectation.ofDelivery.nullable),
            ]),
            .closed([
                .required("call", Call.schema),
                .optional("expect", Expectation.ofCall.nullable),
            ]),
            .closed([
                .required(
                    "advance",
                    .duration(in: 0...ScenarioReader.longestAdvance).described(
                        "The time by which the clock moves."))
            ]),
            .closed([.required("apply", WorkspaceFile.schema)]),
            .closed([
                .required(
                    "expect_deliveries",
                    .array(of: ExpectedDelivery.schema, atMost: ScenarioReader.mostDeliveries))
            ]),
        ]))
}

extension Scenario.Post {
    fileprivate static let schema = JSONSchema.named(
        "Post",
        .closed(
            [
                .required("source", .text(atMost: 200).described("The id of a declared source.")),
                .optional("payload", .anything.described("The body; a text is sent unchanged.")),
                .optional(
                    "payload_file", .path.nullable.described("The path of a recorded body.")),
                .optional("event_id", .text(atMost: 200).nullable),
                .optional("headers", Scenario.Header.schema),
                .optional(
                    "times",
                    .integer(in: 1...ScenarioReader.mostTimes).nullable.described(
                        "The number of posts; `{n}` is replaced by the number of the post.")),
                .optional(
                    "concurrent",
                    .any(of: [.boolean, .integer(in: ScenarioReader.concurrencies)]).nullable),
                .optional(
                    "tamper",
                    .choice(Scenario.Tampering.self).nullable.described(
                        "The part that is changed after signing.")),
                .optional(
                    "signed_at",
                    .text(atMost: 200).nullable.described(
                        "A time, or a duration before or after the clock, such as `-PT10M`.")),
                .optional("secret", .text(atMost: ScenarioReader.longestPath).nullable),
            ], requiringOneOf: ["payload", "payload_file"]))
}

extension Scenario.Header {
    fileprivate static let schema = JSONSchema.map(of: .string.nullable).nullable
        .described("Header fields; null removes one.")
}

extension Scenario.Call {
    fileprivate static let schema = JSONSchema.named(
        "Call",
        .closed([
            .optional("method", .choice(ScenarioReader.methods).nullable),
            .required(
                "path",
                .string(
                    .init(maximum: ScenarioReader.longestPath, pattern: "^/[!-~]*$"))),
            .optional("body", .anything),
            .optional("headers", Scenario.Header.schema),
        ]))
}

extension Scenario.Expectation {
    private static let tally = JSONSchema.map(of: .count)
    private static let status = JSONSchema.any(of: [.integer(in: 100...599), tally]).nullable

    /// The expected answer to a post. What it leaves out is not checked.
    fileprivate static let ofDelivery = JSONSchema.named(
        "DeliveryExpectation",
        .closed(
            members + [
                .optional(
                    "events",
                    .array(of: .reference("DeliveryExpectation"), atMost: 10_000).nullable)
            ]))

    private static let members: [JSONSchema.Property] =
        [
            .optional("status", status),
            .optional("outcome", .any(of: [.choice(Outcome.self), tally]).nullable),
            .optional("duplicate", .any(of: [.boolean, tally]).nullable),
            .optional("reasons", reasons.nullable),
            .optional("rewards", .any(of: [.count, .array(of: reward)]).nullable),
        ] + ScenarioReader.further.map { .optional($0, .anything) }

    private static let reasons = JSONSchema.array(of: ReasonCode.schema, atMost: 100)

    private static let reward = JSONSchema.closed([
        .optional("id", .rowNumber.nullable),
        .optional("kind", .choice(CampaignReward.Kind.self).nullable),
        .optional("beneficiary", .choice(CampaignReward.Beneficiary.self).nullable),
        .optional("status", .choice(RewardStatus.self).nullable),
        .optional("reasons", reasons.nullable),
    ])

    /// The expected answer to a call: a status, and any members.
    fileprivate static let ofCall = JSONSchema.object([.optional("status", status)])
}

extension Scenario.ExpectedDelivery {
    fileprivate static let schema = JSONSchema.closed([
        .optional("webhook", .text(atMost: 200).nullable),
        .optional("type", .choice(NotificationType.self).nullable),
        .optional("data", .object([]).nullable),
    ])
}
