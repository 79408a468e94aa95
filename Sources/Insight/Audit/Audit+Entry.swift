import Database
import Mapping
import Referrals
import Storage

extension Audit {
    typealias Entry = EventHistory.Entry

    /// Checks all rows of one number: its event, its conversion, its rewards.
    func check(_ entry: Entry) throws(StorageError) {
        let number = entry.number
        if let conversion = entry.conversion {
            if !conversion.isReadable { note("Conversion \(number) has unknown values.") }
            if entry.event == nil { note("Conversion \(number) has no event.") }
            if conversion.claims != 1 {
                note(
                    "Conversion \(number) has \(conversion.claims) claims on its lead, participant"
                        + " \(conversion.row.lead.number); exactly one is required.")
            }
        }
        var rederived: Rederived?
        if let event = entry.event { rederived = try check(event, entry) }
        checkReversals(entry, rederived?.campaign)
        countApprovals(entry, rederived?.campaign)
        for reward in entry.rewards {
            check(reward, entry, rederived?.campaign)
        }
    }

    private func check(_ event: StoredEvent, _ entry: Entry) throws(StorageError) -> Rederived {
        let row = event.row
        let id = row.id.number
        if row.conversion?.number == id, entry.conversion == nil {
            note("Event \(id) names its conversion, which does not exist.")
        }
        if entry.conversion != nil, row.conversion?.number != id {
            note("Event \(id) does not name the conversion with its number.")
        }
        let rederived = try rederivation.rederive(row)
        guard event.isReadable else {
            note("Event \(id) has an unknown outcome or unknown reasons.")
            return rederived
        }
        let hasReleased =
            row.outcome == .rewarded && row.conversion == nil
            ? try !store.goals.released(by: row.id).isEmpty : false
        if !row.outcome.fits(hasConversion: row.conversion != nil), !hasReleased {
            note(
                "Event \(id) is \(row.outcome.rawValue) and names "
                    + (row.conversion == nil ? "no conversion." : "a conversion."))
        }
        if isMappedOtherwise(row, rederived) {
            report.notDerivable += 1
            report.formerRules += 1
            return rederived
        }
        switch rederived.content {
        case .qualification(let retrial):
            try compare(retrial, row, entry)
            try checkParking(of: row, retrial)
        case .reversal(let mapped, let reversal):
            try compare(reversal, mapped, row)
            try checkParking(of: row, reversed: mapped)
        case .link(let mapped):
            try compare(link: mapped, row)
            try checkParking(of: row, reversed: mapped)
        case .unmapped(let problems):
            compare(row, .unmapped, [problems.first?.code ?? .mappingTypeError])
        case .notOurs: compare(row, .ignored, [])
        case .lost: report.notDerivable += 1
        case .broken(let flaw): note("The decision on event \(id) cannot be repeated: \(flaw).")
        }
        return rederived
    }

    /// True if a former release's mapping read other fields of the event than today's does: it
    /// could not map the event and today's can, or the fields differ.
    private func isMappedOtherwise(_ row: EventRow, _ rederived: Rederived) -> Bool {
        guard row.id.number <= lastFormerEvent else { return false }
        switch rederived.content {
        case .broken(.fingerprint): return true
        case .broken(.factsMissing), .qualification, .reversal, .link, .notOurs:
            return row.outcome == .unmapped
        case .unmapped, .lost, .broken: return false
        }
    }

    func compare(_ row: EventRow, _ outcome: Outcome, _ reasons: Reasons) {
        guard row.outcome != outcome || row.reasons != reasons else { return }
        note(
            "Event \(row.id.number) is stored as \(worded(row.outcome, row.reasons)), but its stored"
                + " facts lead to \(worded(outcome, reasons)).")
    }

    private func worded(_ outcome: Outcome, _ reasons: Reasons) -> String {
        guard !reasons.isEmpty else { return outcome.rawValue }
        return "\(outcome.rawValue) (\(reasons.map(\.text).joined(separator: ", ")))"
    }
}

extension Outcome {
    /// True if an event of this outcome may name a conversion, or may lack one. A repeat names one,
    /// a test does not.
    fileprivate func fits(hasConversion: Bool) -> Bool {
        switch self {
        case .rewarded, .held, .qualified, .reversed: hasConversion
        case .rejected, .parked, .unmapped: !hasConversion
        case .ignored: true
        }
    }
}
