import Referrals
import Time

extension BacktestReport: CustomStringConvertible {
    /// The report for people.
    package var description: String {
        var lines = [
            "\(events) events read, \(decided) decided again, \(changed) changed"
        ]
        let rest = [
            (bodiesGone, "without a body"), (notDerivable, "not derivable"),
            (withoutRules, "that no rules decide"), (otherCampaigns, "of other campaigns"),
        ].filter { $0.0 > 0 }
        if !rest.isEmpty {
            lines.append("not decided: " + rest.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        }
        lines.append("")
        for total in totals {
            let mark = total.was == total.becomes ? " " : "*"
            lines.append(
                "\(mark) \(total.was.rawValue) -> \(total.becomes.rawValue)  \(total.events)")
        }
        let moved = cells.filter { $0.cell.was != $0.cell.becomes }
        if !moved.isEmpty { lines.append("") }
        for (cell, count) in moved {
            lines.append(
                "campaign \(cell.campaign.declared.number), source \(sources[cell.source] ?? "?"):"
                    + " \(cell.was.rawValue) -> \(cell.becomes.rawValue)  \(count)")
        }
        lines += rewardLines + changeLines
        lines += [""] + Self.notes
        return lines.joined(separator: "\n")
    }

    private var rewardLines: [String] {
        var lines: [String] = [""]
        for (group, sum) in rewardGroups {
            let name =
                "campaign \(group.campaign.declared.number), \(group.kind.rawValue) for the"
                + " \(group.beneficiary.rawValue)"
            let count = "\(sum.wasCount) -> \(sum.becomesCount)"
            let value = group.unit.map { ", \($0) \(sum.was) -> \(sum.becomes)" } ?? ""
            lines.append("\(name): \(count)\(value)")
        }
        for (campaign, need) in coupons.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "coupons of campaign \(campaign.declared.number): \(need.needed) needed,"
                    + " \(need.given) given, \(need.left) left, \(need.short) short")
        }
        for (unknown, count) in unknownResults {
            lines.append(
                "unknown in \(count.count) events, first event \(count.first.number):"
                    + " \(unknown.expression): \(unknown.reason)")
        }
        return lines.count == 1 ? [] : lines
    }

    private var changeLines: [String] {
        guard !changes.isEmpty else { return [] }
        var lines: [String] = [""]
        for change in changes {
            lines.append(
                "event \(change.event.number), \(change.receivedAt.rfc3339):"
                    + " \(change.was.words) -> \(change.becomes.words)")
            if let check = change.checkBecomes ?? change.checkWas {
                let was = change.checkWas?.outcome.rawValue ?? "absent"
                let becomes = change.checkBecomes?.outcome.rawValue ?? "absent"
                lines.append("  \(check.subject.rawValue) \(was) -> \(becomes): \(check.sentence)")
            }
        }
        let more = changed - Int64(changes.count)
        if more > 0 { lines.append("\(more) more; --limit lists them") }
        return lines
    }
}

extension BacktestReport.Verdict {
    fileprivate var words: String {
        let reasons = reasons.map(\.text).joined(separator: ", ")
        return outcome.rawValue + (reasons.isEmpty ? "" : " (\(reasons))")
    }
}
