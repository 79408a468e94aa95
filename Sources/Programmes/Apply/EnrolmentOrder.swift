import Declarations
import Referrals
import Workspace

/// Sorts the rows of one list so that each comes after its referrer. A row whose referrer does not
/// exist yet waits until the referrer is enrolled.
package struct EnrolmentOrder {
    package struct Row {
        package var declaration: ParticipantDeclaration
        package var place: DeclaredPlace

        package init(declaration: ParticipantDeclaration, place: DeclaredPlace) {
            self.declaration = declaration
            self.place = place
        }
    }

    /// The waiting rows by the referrer's code.
    private var waiting: [String: [Row]] = [:]

    package init() {}

    /// True if rows wait for their referrers.
    package var hasWaiting: Bool { !waiting.isEmpty }

    /// Enrols a row and the rows that waited for it, unless it must wait itself.
    ///
    /// - Parameter enrol: Enrols one row; returns false if its referrer does not exist yet.
    package mutating func enter(_ row: Row, _ enrol: (Row) throws -> Bool) rethrows {
        var ready = [row]
        while let next = ready.popLast() {
            guard try enrol(next) else {
                let code = next.declaration.referredBy?.text ?? ""
                waiting[code, default: []].append(next)
                continue
            }
            if !waiting.isEmpty, let code = next.declaration.referralCode?.text {
                ready += waiting.removeValue(forKey: code) ?? []
            }
        }
    }

    /// All rows of a list, each after its referrer if that one is in the list. In a circle of
    /// referrers one row appears twice, first without its referrer.
    package static func sorted(_ rows: [Row]) -> [Row] {
        let referring = Set(rows.compactMap { $0.declaration.referredBy })
        let listed = Set(
            referring.isEmpty
                ? [] : rows.compactMap { $0.declaration.referralCode }.filter(referring.contains))
        if listed.isEmpty { return rows }
        var order = EnrolmentOrder()
        var sorted: [Row] = []
        sorted.reserveCapacity(rows.count)
        var seen: Set<ReferralCode> = []
        func enter(_ row: Row) {
            order.enter(row) { row in
                if let code = row.declaration.referredBy, listed.contains(code),
                    !seen.contains(code)
                {
                    return false
                }
                if let code = row.declaration.referralCode, listed.contains(code) {
                    seen.insert(code)
                }
                sorted.append(row)
                return true
            }
        }
        for row in rows { enter(row) }
        while let row = order.takeFromCircle() {
            var first = row
            first.declaration.referredBy = nil
            enter(first)
            sorted.append(row)
        }
        return sorted
    }

    /// Takes one of the waiting rows, to be enrolled without its referrer first: at the end of the
    /// list these rows refer to each other in a circle, or wait for one that does. Returns nil if
    /// none waits.
    mutating func takeFromCircle() -> Row? {
        guard var row = waiting.values.first?.first else { return nil }
        var rows: [String: Row] = [:]
        for one in waiting.values.joined() {
            if let code = one.declaration.referralCode?.text { rows[code] = one }
        }
        var seen: Set<String> = []
        while let code = row.declaration.referredBy?.text, let referrer = rows[code],
            seen.insert(code).inserted
        {
            row = referrer
        }
        let code = row.declaration.referredBy?.text ?? ""
        waiting[code]?.removeAll { $0.place == row.place }
        if waiting[code]?.isEmpty == true { waiting[code] = nil }
        return row
    }
}
