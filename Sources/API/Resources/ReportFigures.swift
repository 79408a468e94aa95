import JSON
import Referrals
import Schemas
import Storage
import Workspace

/// The figures of one group of a report.
struct ReportFigures {
    /// The rewards that are summed together.
    private struct RewardGroup: Hashable, Comparable {
        var kind: String
        var unit: String

        static func < (one: RewardGroup, other: RewardGroup) -> Bool {
            (one.kind, one.unit) < (other.kind, other.unit)
        }
    }

    private struct Sum {
        var count: Int64 = 0
        var amount: Int64 = 0
    }

    /// The steps of a reward that a report shows.
    private enum Step: String, CaseIterable {
        case granted, issued, redeemed, revoked, rejected, adjusted
    }

    /// The steps of a conversion that a report shows.
    private enum ConversionStep: String, CaseIterable {
        case created, approved, rejected, fraud, reversed, reinstated
    }

    private var enrolments: Int64 = 0
    private var leads: Int64 = 0
    private var received: Int64 = 0
    private var outcomes: [String: Int64] = [:]
    private var withheld: [String: Int64] = [:]
    private var conversions: [ConversionStep: Int64] = [:]
    private var revenue: [String: Int64] = [:]
    private var rewards: [RewardGroup: [Step: Sum]] = [:]

    /// Outcomes that leave a referral without a reward.
    private static let withholding: Set<String> = Set(
        [Outcome.held, .qualified, .rejected].map(\.rawValue))

    // MARK: Adding

    mutating func add(_ count: ReportCount) {
        switch count.subject {
        case .participant:
            if count.was.isEmpty { enrolments += count.count }
            if count.became == Transition.Role.lead.rawValue { leads += count.count }
        case .event: add(event: count)
        case .conversion: add(conversion: count)
        case .reward: add(reward: count)
        }
    }

    private mutating func add(event count: ReportCount) {
        if count.was.isEmpty { received += count.count }
        outcomes[count.became, default: 0] += count.count
        guard Self.withholding.contains(count.became) else { return }
        for reason in count.detail.split(separator: ",") {
            withheld[String(reason), default: 0] += count.count
        }
    }

    private mutating func add(conversion count: ReportCount) {
        if !count.unit.isEmpty {
            revenue[count.unit] = Self.sum(revenue[count.unit] ?? 0, count.amount)
        }
        if count.was.isEmpty { conversions[.created, default: 0] += count.count }
        guard count.was != count.became else { return }
        let wasReversed = count.was == ConversionStatus.reversed.rawValue
        let step: ConversionStep? =
            switch ConversionStatus(rawValue: count.became) {
            case .approved: wasReversed ? .reinstated : .approved
            case .pending: wasReversed ? .reinstated : nil
            case .rejected: .rejected
            case .fraud: .fraud
            case .reversed: .reversed
            case nil: nil
            }
        if let step { conversions[step, default: 0] += count.count }
    }

    private mutating func add(reward count: ReportCount) {
        let group = RewardGroup(kind: count.detail, unit: count.unit)
        func add(_ step: Step) {
            var sum = rewards[group, default: [:]][step] ?? Sum()
            sum.count += count.count
            sum.amount = Self.sum(sum.amount, count.amount)
            rewards[group, default: [:]][step] = sum
        }
        if count.was.isEmpty { add(.granted) }
        if count.was == count.became { return add(.adjusted) }
        switch RewardStatus(rawValue: count.became) {
        case .issued: add(.issued)
        case .redeemed: add(.redeemed)
        case .revoked: add(.revoked)
        case .rejected: add(.rejected)
        case .inReview, .pending, .waitingStock, nil: break
        }
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    // MARK: Writing

    /// Approved conversions for each referred lead, with four decimals; nil without leads.
    private var rate: String? {
        guard leads > 0 else { return nil }
        let (approved, overflow) = (conversions[.approved] ?? 0)
            .multipliedReportingOverflow(by: 10_000)
        guard !overflow else { return nil }
        let parts = (approved + leads / 2) / leads
        let decimals = String(parts % 10_000)
        return "\(parts / 10_000)." + String(repeating: "0", count: 4 - decimals.utf8.count)
            + decimals
    }

    func append(to writer: inout JSON.Writer) {
        writer.member("enrolments", enrolments)
        writer.member("referred_leads", leads)
        writer.key("qualification_rate")
        if let rate { writer.raw(Array(rate.utf8)) } else { writer.null() }
        writer.object("events") { writer in
            writer.member("received", received)
            for outcome in Outcome.allCases {
                writer.member(outcome.rawValue, outcomes[outcome.rawValue] ?? 0)
            }
        }
        writer.object("withheld") { writer in
            for (reason, count) in Self.sorted(withheld) { writer.member(reason, count) }
        }
        writer.object("conversions") { writer in
            for step in ConversionStep.allCases {
                writer.member(step.rawValue, conversions[step] ?? 0)
            }
        }
        writer.object("revenue") { writer in
            for (currency, amount) in Self.sorted(revenue) { writer.member(currency, amount) }
        }
        writer.list("rewards", rewards.sorted { $0.key < $1.key }) { entry, writer in
            writer.object { writer in
                writer.member("kind", entry.key.kind)
                writer.member("unit", entry.key.unit.isEmpty ? nil : entry.key.unit)
                for step in Step.allCases {
                    let sum = entry.value[step] ?? Sum()
                    writer.object(step.rawValue) { writer in
                        writer.member("count", sum.count)
                        if !entry.key.unit.isEmpty { writer.member("amount", sum.amount) }
                    }
                }
            }
        }
    }

    /// The members that `append` writes.
    static let properties: [JSONSchema.Property] = [
        .required("enrolments", .integer),
        .required("referred_leads", .integer),
        .required(
            "qualification_rate",
            JSONSchema(.number(.init())).nullable.described(
                "The approved conversions for each referred lead.")),
        .required(
            "events",
            .object(
                [.required("received", .integer)]
                    + Outcome.allCases.map { .required($0.rawValue, .integer) })),
        .required(
            "withheld", .map(of: .integer).described("The events without a reward, by reason.")),
        .required(
            "conversions",
            .object(ConversionStep.allCases.map { .required($0.rawValue, .integer) })),
        .required(
            "revenue", .map(of: .integer).described("The amount in minor units, by currency.")),
        .required(
            "rewards",
            .array(
                of: .object(
                    [.required("kind", .string), .required("unit", .string.nullable)]
                        + Step.allCases.map { step in
                            .required(
                                step.rawValue,
                                .object([
                                    .required("count", .integer), .optional("amount", .integer),
                                ]))
                        }))),
    ]

    private static func sorted(_ counts: [String: Int64]) -> [(key: String, value: Int64)] {
        counts.sorted { $0.key < $1.key }
    }

    /// The columns of a report in CSV after those of its keys: one record for each figure.
    static let columns = ["measure", "name", "unit", "value"]

    /// The figures as records of CSV.
    func append(to csv: inout CSVWriter, after key: (inout CSVWriter) -> Void) {
        func record(_ measure: String, _ name: String, _ unit: String, _ value: String) {
            key(&csv)
            for cell in [measure, name, unit, value] { csv.plain(cell) }
            csv.endRecord()
        }
        record("enrolments", "", "", "\(enrolments)")
        record("referred_leads", "", "", "\(leads)")
        record("qualification_rate", "", "", rate ?? "")
        record("events", "received", "", "\(received)")
        for (outcome, count) in Self.sorted(outcomes) { record("events", outcome, "", "\(count)") }
        for (reason, count) in Self.sorted(withheld) { record("withheld", reason, "", "\(count)") }
        for step in ConversionStep.allCases {
            record("conversions", step.rawValue, "", "\(conversions[step] ?? 0)")
        }
        for (currency, amount) in Self.sorted(revenue) {
            record("revenue", "", currency, "\(amount)")
        }
        for (group, sums) in rewards.sorted(by: { $0.key < $1.key }) {
            for step in Step.allCases {
                guard let sum = sums[step] else { continue }
                record("rewards_\(step.rawValue)", group.kind, "", "\(sum.count)")
                guard !group.unit.isEmpty else { continue }
                record("rewards_\(step.rawValue)", group.kind, group.unit, "\(sum.amount)")
            }
        }
    }
}
