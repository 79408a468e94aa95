import Crypto
import Database
import Declarations
import Ledger
import Referrals
import Storage
import Time
import Workspace

// Long lists are checked, and written in short transactions with a pause after each.
extension Application {
    /// The number of rows read before they are written, so that reading them takes no part of a
    /// transaction.
    private static let page = 2_000

    // MARK: Participants

    /// Finds out the effect that `enrol` would have on each row, and changes nothing.
    func check(
        _ participants: Participants, _ folder: Folder, _ body: (Catalog.Change) -> Void
    ) throws {
        let earlier = DeclaredCodes()
        var order = EnrolmentOrder()
        func check(_ row: EnrolmentOrder.Row) throws -> Bool {
            try at(row.place) {
                guard try isReferrerThere(of: row.declaration, or: earlier.codes) else {
                    return false
                }
                body(try self.check(row.declaration, after: earlier))
                return true
            }
        }
        try forEach(participants, folder) { row in
            try order.enter(row) { row in try check(row) }
        }
        while let row = order.takeFromCircle() {
            var first = row
            first.declaration.referredBy = nil
            try order.enter(first) { row in try check(row) }
            // Its referrer is added at the end.
            let change = try at(row.place) {
                try self.check(row.declaration, after: earlier)
            }
            if change != .unchanged { body(.changed) }
        }
    }

    private func isReferrerThere(
        of declaration: ParticipantDeclaration, or codes: Set<ReferralCode>
    ) throws -> Bool {
        guard let code = declaration.referredBy, !codes.contains(code) else { return true }
        return try find(code, for: declaration) != nil
    }

    func enrol(_ participants: Participants, _ folder: Folder) throws {
        var order = EnrolmentOrder()
        var page: [EnrolmentOrder.Row] = []
        var codes: Set<ReferralCode> = []
        func write() throws {
            try inSlices(page) { row in
                let enrolment = try at(row.place) {
                    try enrol(row.declaration, at: now)
                }
                report.participants.count(enrolment.change)
            }
            page.removeAll(keepingCapacity: true)
            codes.removeAll(keepingCapacity: true)
        }
        try forEach(participants, folder) { row in
            // The rows that waited for this one come with it.
            try order.enter(row) { row in
                let isThere = try at(row.place) {
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
        let held = try transaction { _ in
            try enrolCircles(&order) { report.participants.count($1.change) }
        }
        pacing.pause(held)
    }

    private func forEach(
        _ participants: Participants, _ folder: Folder,
        _ body: (EnrolmentOrder.Row) throws -> Void
    ) throws {
        try participants.forEach(in: folder) { declaration, place in
            try body(EnrolmentOrder.Row(declaration: declaration, place: place))
        }
    }

    // MARK: Coupons

    func addCoupons(of workspace: WorkspaceFile, _ folder: Folder) throws {
        var page: [Coupons.Entry] = []
        func write(_ campaign: ID<Campaign>) throws {
            try inSlices(page) { coupon in
                let isNew = try store.coupons.add(
                    coupon.code, to: campaign, isSpent: coupon.isSpent)
                report.coupons.count(isNew ? .added : .unchanged)
            }
            page.removeAll(keepingCapacity: true)
        }
        for entry in workspace.campaigns {
            guard let coupons = entry.coupons, let number = entry.campaign.id else { continue }
            let id = try self.id(of: number)
            try coupons.forEach(in: folder) { coupon in
                page.append(coupon)
                if page.count == Self.page { try write(id) }
            }
            try write(id)
        }
    }

    /// Finds out the coupons that would be added.
    func lookUpCoupons(of workspace: WorkspaceFile, _ folder: Folder) throws {
        for entry in workspace.campaigns {
            guard let coupons = entry.coupons, let number = entry.campaign.id else { continue }
            let id = try self.id(of: number)
            var seen: Set<String> = []
            try coupons.forEach(in: folder) { coupon in
                let isKnown = try store.coupons.contains(coupon.code, in: id)
                let isFirst = seen.insert(coupon.code).inserted
                report.coupons.count(isFirst && !isKnown ? .added : .unchanged)
            }
        }
    }

    // MARK: Transactions

    func inSlices<Element>(
        _ elements: [Element], _ body: (Element) throws -> Void
    ) throws {
        var rest = elements[...]
        while !rest.isEmpty {
            let held = try transaction { turn in
                while let element = rest.popFirst() {
                    try body(element)
                    if turn.isOver { return }
                }
            }
            pacing.pause(held)
        }
    }

    /// - Returns: The time for which the transaction held the lock.
    func transaction(_ body: (Turn) throws -> Void) throws -> Duration {
        let before = report
        var turn: Turn?
        do {
            try store.write { _ in
                let began = Turn(pacing.turn, clock: pacing.clock)
                turn = began
                try body(began)
            }
            return turn?.elapsed ?? .zero
        } catch {
            report = before
            throw error
        }
    }

    /// Releases the rows that waited for an addition.
    func release() throws {
        let declared = StoredDeclarations(DeclarationLoader(box: box))
        let processor = EventProcessor(
            store, declarations: try declared.read(store),
            earlierRules: declared.loader.versions.earlierRules(store),
            randomBytes: SecureRandom.bytes)
        processor.noteTime(now)
        var isMore = true
        while isMore {
            var turn: Turn?
            do {
                // A running gateway may change the declarations meanwhile.
                try processor.transaction({ processor in
                    if let current = try? declared.read(processor.store),
                        current !== processor.declarations
                    {
                        processor.declarations = current
                    }
                }) {
                    let started = Turn(pacing.turn, clock: pacing.clock)
                    turn = started
                    isMore = try processor.release(now: now, turn: started)
                }
            } catch let error as StorageError {
                // A running gateway reports it; the other work continues.
                guard processor.setAside.note(error) != nil else { throw error }
                isMore = true
            }
            if let turn, isMore { pacing.pause(turn.elapsed) }
        }
    }
}
