import JSON
import Referrals
import Schemas
import Time

extension BacktestReport {
    /// The schema of the object that `write` writes.
    package static let schema = JSONSchema.named(
        "BacktestReport",
        .object([
            .required("events", .count.described("The events that were read.")),
            .required("decided", .count.described("The events that were decided again.")),
            .required("changed", .count.described("The decided events with another decision.")),
            .required("bodies_gone", .count.described("The events whose bodies were erased.")),
            .required(
                "not_derivable",
                .count.described("The events whose basis is lost for another reason.")),
            .required(
                "without_rules",
                .count.described("Refunds, links of keys, and events without a campaign.")),
            .required("other_campaigns", .count),
            .required(
                "matrix",
                .array(
                    of: .object([
                        .required("was", .choice(Outcome.self)),
                        .required("becomes", .choice(Outcome.self)),
                        .required("events", .count),
                    ]))),
            .required(
                "split",
                .array(
                    of: .object([
                        .required("campaign", .id), .required("source", .string.nullable),
                        .required("was", .choice(Outcome.self)),
                        .required("becomes", .choice(Outcome.self)),
                        .required("events", .count),
                    ]))),
            .required(
                "rewards",
                .array(
                    of: .object([
                        .required("campaign", .id),
                        .required("kind", .choice(CampaignReward.Kind.self)),
                        .required("beneficiary", .choice(CampaignReward.Beneficiary.self)),
                        .required(
                            "unit",
                            .string.nullable.described(
                                "A currency or `points`; null for values that cannot be added.")),
                        .required("was", sumSchema), .required("becomes", sumSchema),
                    ]))),
            .required(
                "coupons",
                .array(
                    of: .object([
                        .required("campaign", .id), .required("given", .count),
                        .required("needed", .count), .required("left", .count),
                        .required("short", .count),
                    ]))),
            .required(
                "unknowns",
                .array(
                    of: .object([
                        .required("campaign", .id), .required("expression", .string),
                        .required("reason", .string), .required("events", .count),
                        .required("first", .id),
                    ])
                ).described(
                    "Conditions with an unknown result that the recorded rules did not have.")
            ),
            .required("changes", .array(of: changeSchema)),
            .required(
                "more", .count.described("The changed events that `changes` leaves out.")),
            .required("notes", .array(of: .string)),
        ]))

    private static let sumSchema = JSONSchema.object([
        .required("count", .count), .required("sum", .integer),
    ])

    private static let changeSchema = JSONSchema.object([
        .required("event", .id), .required("campaign", .id),
        .required("source", .string.nullable), .required("received_at", .instant),
        .required("was", verdictSchema), .required("becomes", verdictSchema),
        .required(
            "turned_by",
            .object([
                .required("was", .anything), .required("becomes", .anything),
            ]).nullable.described(
                "The first check with another result; null if only values differ.")),
    ])

    private static let verdictSchema = JSONSchema.object([
        .required("outcome", .choice(Outcome.self)), .required("reasons", .reasons),
        .required("rewards", .array(of: .anything)),
    ])

    /// The limits of the comparison, as sentences.
    package static let notes = [
        "Events are decided in the order of their numbers, with the facts of their time.",
        "Reviews are not repeated: a reward that the draft puts into review stays there.",
        "A rule compared on the events that it was written for looks better than it is.",
    ]

    /// The outcomes of all campaigns and sources.
    package var totals: [(was: Outcome, becomes: Outcome, events: Int64)] {
        var totals: [(was: Outcome, becomes: Outcome, events: Int64)] = []
        for was in Outcome.allCases {
            for becomes in Outcome.allCases {
                let count = matrix.reduce(Int64(0)) { sum, cell in
                    cell.key.was == was && cell.key.becomes == becomes ? sum + cell.value : sum
                }
                if count > 0 { totals.append((was, becomes, count)) }
            }
        }
        return totals
    }

    /// The cells of the matrix in a fixed order.
    package var cells: [(cell: Cell, events: Int64)] {
        matrix.map { ($0.key, $0.value) }.sorted { left, right in
            (
                left.0.campaign.number, left.0.source.number, left.0.was.rawValue,
                left.0.becomes.rawValue
            )
                < (
                    right.0.campaign.number, right.0.source.number, right.0.was.rawValue,
                    right.0.becomes.rawValue
                )
        }
    }

    /// The groups of rewards in a fixed order.
    package var rewardGroups: [(group: RewardGroup, sum: RewardSum)] {
        rewards.map { ($0.key, $0.value) }.sorted { left, right in
            (
                left.0.campaign.number, left.0.kind.rawValue, left.0.beneficiary.rawValue,
                left.0.unit ?? ""
            )
                < (
                    right.0.campaign.number, right.0.kind.rawValue, right.0.beneficiary.rawValue,
                    right.0.unit ?? ""
                )
        }
    }

    /// The unknown results in a fixed order.
    package var unknownResults: [(unknown: Unknown, count: UnknownCount)] {
        unknowns.map { ($0.key, $0.value) }.sorted { $0.1.first < $1.1.first }
    }

    /// Writes the report as one object.
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("events", events)
        writer.member("decided", decided)
        writer.member("changed", changed)
        writer.member("bodies_gone", bodiesGone)
        writer.member("not_derivable", notDerivable)
        writer.member("without_rules", withoutRules)
        writer.member("other_campaigns", otherCampaigns)
        writer.list("matrix", totals) { total, writer in
            writer.object { writer in
                writer.member("was", total.was.rawValue)
                writer.member("becomes", total.becomes.rawValue)
                writer.member("events", total.events)
            }
        }
        writer.list("split", cells) { item, writer in
            writer.object { writer in
                writer.member("campaign", item.cell.campaign.declared.number)
                writer.member("source", sources[item.cell.source])
                writer.member("was", item.cell.was.rawValue)
                writer.member("becomes", item.cell.becomes.rawValue)
                writer.member("events", item.events)
            }
        }
        writeRewards(to: &writer)
        writer.list("changes", changes) { write($0, to: &$1) }
        writer.member("more", changed - Int64(changes.count))
        writer.member("notes", Self.notes)
        writer.endObject()
    }

    private func writeRewards(to writer: inout Writer) {
        writer.list("rewards", rewardGroups) { item, writer in
            writer.object { writer in
                writer.member("campaign", item.group.campaign.declared.number)
                writer.member("kind", item.group.kind.rawValue)
                writer.member("beneficiary", item.group.beneficiary.rawValue)
                writer.member("unit", item.group.unit)
                writer.object("was") { writer in
                    writer.member("count", item.sum.wasCount)
                    writer.member("sum", item.sum.was)
                }
                writer.object("becomes") { writer in
                    writer.member("count", item.sum.becomesCount)
                    writer.member("sum", item.sum.becomes)
                }
            }
        }
        writer.list("coupons", coupons.sorted { $0.key < $1.key }) { item, writer in
            writer.object { writer in
                writer.member("campaign", item.key.declared.number)
                writer.member("given", item.value.given)
                writer.member("needed", item.value.needed)
                writer.member("left", item.value.left)
                writer.member("short", item.value.short)
            }
        }
        writer.list("unknowns", unknownResults) { item, writer in
            writer.object { writer in
                writer.member("campaign", item.unknown.campaign.declared.number)
                writer.member("expression", item.unknown.expression)
                writer.member("reason", item.unknown.reason)
                writer.member("events", item.count.count)
                writer.member("first", item.count.first.number)
            }
        }
    }

    private func write(_ change: Change, to writer: inout Writer) {
        writer.beginObject()
        writer.member("event", change.event.number)
        writer.member("campaign", change.campaign.declared.number)
        writer.member("source", sources[change.source])
        writer.member("received_at", change.receivedAt.rfc3339)
        writer.object("was") { change.was.write(to: &$0) }
        writer.object("becomes") { change.becomes.write(to: &$0) }
        writer.key("turned_by")
        if change.checkWas == nil, change.checkBecomes == nil {
            writer.null()
        } else {
            writer.object { writer in
                for (name, check) in [("was", change.checkWas), ("becomes", change.checkBecomes)] {
                    writer.key(name)
                    if let check { check.write(to: &writer) } else { writer.null() }
                }
            }
        }
        writer.endObject()
    }
}

extension BacktestReport.Verdict {
    fileprivate func write(to writer: inout Writer) {
        writer.member("outcome", outcome.rawValue)
        writer.member("reasons", reasons)
        writer.list("rewards", rewards) { $0.write(to: &$1) }
    }
}
