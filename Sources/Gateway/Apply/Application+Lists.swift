import Crypto
import Declarations
import Inbound
import Referrals
import SQLite
import Storage
import Time
import Workspace

// How long lists are checked, and written in short transactions with a pause after each.
extension Application {
    /// Rows that are read before they are written, so that reading them takes no part of a transaction.
    private static let page = 2_000

    // MARK: Participants

    /// Finds out what `enrol` would do with each row, and changes nothing.
    func check(
        _ participants: Participants, _ folder: Folder, _ body: (Catalog.Change) -> Void
    ) throws(Failure) {
        let earlier = DeclaredCodes()
        var order = EnrolmentOrder()
        func check(_ row: EnrolmentOrder.Row) throws(Failure) -> Bool {
            try at(row.place) { () throws(Failure) in
                guard try isReferrerThere(of: row.declaration, or: earlier.codes) else {
                    return false
                }
                body(try self.check(row.declaration, after: earlier))
                return true
            }
        }
        try forEach(participants, folder) { row throws(Failure) in
            try order.enter(row) { row throws(Failure) in try check(row) }
        }
        while let row = order.takeFromCircle() {
            var first = row
            first.declaration.referredBy = nil
            try order.enter(first) { row throws(Failure) in try check(row) }
            // Its referrer is added at the end.
            let change = try at(row.place) { () throws(Failure) in
                try self.check(row.declaration, after: earlier)
            }
            if change != .unchanged { body(.changed) }
        }
    }

    private func isReferrerThere(
        of declaration: ParticipantDeclaration, or codes: Set<ReferralCode>
    ) throws(Failure) -> Bool {
        guard let code = declaration.referredBy, !codes.contains(code) else { return true }
        return try find(code, for: declaration) != nil
    }

    func enrol(_ participants: Participants, _ folder: Folder) throws(Failure) {
        var order = EnrolmentOrder()
        var page: [EnrolmentOrder.Row] = []
        var codes: Set<ReferralCode> = []
        func write() throws(Failure) {
            try inSlices(page) { row throws(Failure) in
                let enrolment = try at(row.place) { () throws(Failure) in
                    try enrol(row.declaration, at: now)
                }
                report.participants.count(enrolment.change)
            }
            page.removeAll(keepingCapacity: true)
            codes.removeAll(keepingCapacity: true)
        }
        try forEach(participants, folder) { row throws(Failure) in
            // Those who waited for this one come with it.
            try order.enter(row) { row throws(Failure) in
                let isThere = try at(row.place) { () throws(Failure) in
                    try isReferrerThere(of: row.declaration, or: codes)
                }
                guard isThere else { return false }
                if let code = row.declaration.referralCode { codes.insert(code) }
                page.append(row)
                return true
            }
            if page.count >= Self.page { try write() }
        }
        try write()
        guard order.hasWaiting else { return }
        let held = try transaction { _ throws(Failure) in
            do {
                try enrolCircles(&order) { report.participants.count($1.change) }
            } catch {
                throw (error as? Failure) ?? .files(error)
            }
        }
        pacing.pause(held)
    }

    private func forEach(
        _ participants: Participants, _ folder: Folder,
        _ body: (EnrolmentOrder.Row) throws(Failure) -> Void
    ) throws(Failure) {
        do {
            try participants.forEach(in: folder) { declaration, place in
                try body(EnrolmentOrder.Row(declaration: declaration, place: place))
            }
        } catch {
            throw (error as? Failure) ?? .files(error)
        }
    }

    // MARK: Coupons

    func addCoupons(of workspace: WorkspaceFile, _ folder: Folder) throws(Failure) {
        var page: [Coupons.Entry] = []
        func write(_ campaign: ID<Campaign>) throws(Failure) {
            try inSlices(page) { coupon throws(Failure) in
                let isNew = try stored { () throws(SQLiteError) in
                    try store.coupons.add(coupon.code, to: campaign, isSpent: coupon.isSpent)
                }
                report.coupons.count(isNew ? .added : .unchanged)
            }
            page.removeAll(keepingCapacity: true)
        }
        for entry in workspace.campaigns {
            guard let coupons = entry.coupons, let id = entry.campaign.id else { continue }
            try forEach(coupons, folder) { coupon throws(Failure) in
                page.append(coupon)
                if page.count == Self.page { try write(id) }
            }
            try write(id)
        }
    }

    /// Finds out which coupons would be added.
    func lookUpCoupons(of workspace: WorkspaceFile, _ folder: Folder) throws(Failure) {
        for entry in workspace.campaigns {
            guard let coupons = entry.coupons, let id = entry.campaign.id else { continue }
            var seen: Set<String> = []
            try forEach(coupons, folder) { coupon throws(Failure) in
                let isKnown = try stored { () throws(SQLiteError) in
                    try store.coupons.contains(coupon.code, in: id)
                }
                let isFirst = seen.insert(coupon.code).inserted
                report.coupons.count(isFirst && !isKnown ? .added : .unchanged)
            }
        }
    }

    private func forEach(
        _ coupons: Coupons, _ folder: Folder, _ body: (Coupons.Entry) throws(Failure) -> Void
    ) throws(Failure) {
        do { try coupons.forEach(in: folder) { try body($0) } } catch {
            throw (error as? Failure) ?? .files(error)
        }
    }

    // MARK: Transactions

    func inSlices<Element>(
        _ elements: [Element], _ body: (Element) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = elements[...]
        while !rest.isEmpty {
            let held = try transaction { turn throws(Failure) in
                while let element = rest.popFirst() {
                    try body(element)
                    if turn.isOver { return }
                }
            }
            pacing.pause(held)
        }
    }

    /// - Returns: how long it held the lock.
    func transaction(_ body: (Turn) throws(Failure) -> Void) throws(Failure) -> Duration {
        try stored { () throws(SQLiteError) in _ = try store.begin() }
        let turn = Turn(pacing.turn, clock: pacing.clock)
        let before = report
        do throws(Failure) {
            try body(turn)
            try stored { () throws(SQLiteError) in try store.commit() }
            return turn.elapsed
        } catch {
            store.rollback()
            report = before
            throw error
        }
    }

    /// Moves on what waited for what was added.
    func release() throws(Failure) {
        let declared = StoredProgramme(ProgrammeLoader(box: box))
        let programme: Programme
        do { programme = try declared.read(store) } catch { throw .programme(error) }
        let settlement = Settlement(
            store, programme: programme,
            earlierRules: declared.loader.versions.earlierRules(store)
        ) { try? SecureRandom.bytes($0) }
        var isMore = true
        while isMore {
            var turn: Turn?
            do throws(SettlementError) {
                // A gateway that serves may declare something else meanwhile.
                try settlement.transaction({ settlement in
                    if let current = try? declared.read(settlement.store),
                        current !== settlement.programme
                    {
                        settlement.programme = current
                    }
                }) { () throws(SettlementError) in
                    let started = Turn(pacing.turn, clock: pacing.clock)
                    turn = started
                    isMore = try settlement.release(now: now, turn: started)
                }
            } catch {
                // A gateway that serves reports it; the rest goes on.
                guard settlement.setAside.note(error) != nil else { throw .settlement(error) }
                isMore = true
            }
            if let turn, isMore { pacing.pause(turn.elapsed) }
        }
    }
}
