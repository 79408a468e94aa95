import Database
import Referrals
import Storage
import Time

// Notifications of signups: queued at once, but for those of positions, which are gathered.
extension EventProcessor {
    /// The time from a signup's first change of position to its notification.
    package static let signupNoticeDelay = Duration.seconds(60)
    /// The largest number of waiting signups of a waitlist whose shifts are all notified.
    package static let mostShifting = 10_000
    /// The time after which the shifts that follow from a move are noted, at the latest.
    private static let shiftPatience = Duration.seconds(5)
    /// The number of moves of a waitlist that are noted together.
    private static let mostLogged = 500

    /// True if changes of positions of the campaign are notified to a webhook of one reach.
    private func isWanted(
        _ reach: SignupNotices.Reach, _ campaign: CampaignSettings
    ) -> Bool {
        declarations.webhooks.contains {
            $0.sendsAllShifts == (reach == .shifts)
                && $0.mayWant(
                    [.signupPositionChanged], about: campaign.version.id,
                    account: campaign.account)
        }
    }

    private func isLong(_ campaign: ID<Campaign>) throws(StorageError) -> Bool {
        try store.signups.count(of: campaign, .waiting) > Self.mostShifting
    }

    // MARK: In the transaction of a change

    /// Queues the notifications of the signups that this transaction has changed, and notes the
    /// changes of positions.
    func noteSignupMoves(now: Instant) throws(StorageError) {
        let moves = store.signups.takeMoves()
        guard !moves.isEmpty else { return }
        var logs: [ID<Campaign>: Bool] = [:]
        for move in moves {
            let id = move.row.campaign
            guard let campaign = declarations.campaigns[id] else { continue }
            let logsMoves: Bool
            if let known = logs[id] {
                logsMoves = known
            } else {
                logsMoves = isWanted(.shifts, campaign) ? try !isLong(id) : false
                logs[id] = logsMoves
            }
            try announce(move, campaign, now)
            try noteMover(move, campaign, isLong: !logsMoves, now)
            if logsMoves, move.former != move.position {
                try store.signupNotices.log(move, at: now)
            }
        }
        for (id, logsMoves) in logs where logsMoves {
            guard !setAside.contains(.waitlist(id)),
                try store.signupNotices.logged(of: id) >= Self.mostLogged
            else { continue }
            setAside.now = now
            try setAside.moving(.waitlist(id)) { () throws(StorageError) in
                _ = try noteShifts(of: id) { false }
            }
        }
    }

    private func announce(
        _ move: SignupMove, _ campaign: CampaignSettings, _ now: Instant
    ) throws(StorageError) {
        let row = move.row
        if move.position == nil { try store.signupNotices.removeAll(of: row.participant) }
        var notice = SignupNotices.Notice(participant: row.participant, uid: row.uid)
        switch move.cause {
        case .added:
            notice.position = move.position
            try queue(.signupCreated, notice, campaign, now)
        case .changed:
            guard row.status == .approved else { return }
            try queue(.signupApproved, notice, campaign, now)
        case .deleted:
            notice.email = move.email
            try queue(.signupDeleted, notice, campaign, now)
        case .counted: break
        }
    }

    /// Notes the change of a signup whose own referrals have changed. In a long waitlist no other
    /// changes are notified.
    private func noteMover(
        _ move: SignupMove, _ campaign: CampaignSettings, isLong: Bool, _ now: Instant
    ) throws(StorageError) {
        guard move.cause == .counted, let former = move.former, former != move.position else {
            return
        }
        for reach in [SignupNotices.Reach.movers, .shifts] {
            guard isWanted(reach, campaign), reach == .movers || isLong else { continue }
            try store.signupNotices.note(
                SignupNotices.Change(
                    participant: move.row.participant, campaign: move.row.campaign, reach: reach,
                    former: former), due: now + Self.signupNoticeDelay)
        }
    }

    /// Stores a notice and queues it for the webhooks that want it; nothing is stored if none does.
    private func queue(
        _ type: NotificationType, _ notice: SignupNotices.Notice, _ campaign: CampaignSettings,
        _ now: Instant, where isMeant: (WebhookSettings) -> Bool = { _ in true }
    ) throws(StorageError) {
        let (id, account) = (campaign.version.id, campaign.account)
        let source = try store.participants.find(notice.participant)?.source
        let isWanted = declarations.webhooks.contains {
            isMeant($0) && $0.wants(type, campaign: id, account: account, userSource: source)
        }
        guard isWanted else { return }
        let subject = try store.signupNotices.add(notice)
        try queue(
            [DueNotification(type: type, subject: subject, userSource: source)], of: id,
            account: account, now, where: isMeant)
    }

    // MARK: Automatic work

    /// True if automatic work for waitlists may be due.
    func mayReleaseSignups(now: Instant) throws(StorageError) -> Bool {
        setAside.now = now
        if let due = try store.signupNotices.due(at: now, limit: 1).first,
            !setAside.contains(.waitlist(due.campaign))
        {
            return true
        }
        if let first = try firstLogged(), now - first.at >= Self.shiftPatience { return true }
        if try firstUnfilled() != nil { return true }
        guard !setAside.contains(.signups) else { return false }
        return try store.catalog.firstWithoutUID() != nil
    }

    /// Notifies the changes of positions that are due, and makes signups of people enrolled before.
    /// Returns true if there may be more to do.
    func releaseSignups(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        setAside.now = now
        if !setAside.contains(.signups) {
            let isMore = try setAside.moving(.signups) { () throws(StorageError) in
                try nameWaitlists(turn: turn)
            }
            if isMore { return true }
        }
        while let campaign = try firstUnfilled() {
            try setAside.moving(.waitlist(campaign)) { () throws(StorageError) in
                try store.signups.fillSome(of: campaign)
            }
            if turn.isOver { return true }
        }
        for (id, time) in setAside.waitlists {
            try store.signupNotices.postpone(of: id, until: time)
        }
        return try notifyPositions(now: now, turn: turn)
    }

    /// Gives waitlists of an earlier release their UUID. Returns true if there may be more of them.
    private func nameWaitlists(turn: Turn) throws(StorageError) -> Bool {
        while let id = try store.catalog.firstWithoutUID(), let row = try store.catalog.campaign(id)
        {
            try store.catalog.set(uid: row.shownUID, of: id)
            if turn.isOver { return true }
        }
        return false
    }

    /// The first waitlist with people who are not yet signups, of those that are not set aside.
    private func firstUnfilled() throws(StorageError) -> ID<Campaign>? {
        var last = ID<Campaign>(0)
        while let id = try store.signups.firstUnfilled(after: last) {
            guard setAside.contains(.waitlist(id)) else { return id }
            last = id
        }
        return nil
    }

    /// The first logged move of the waitlists that are not set aside.
    private func firstLogged() throws(StorageError) -> (campaign: ID<Campaign>, at: Instant)? {
        guard let first = try store.signupNotices.firstLogged() else { return nil }
        guard setAside.contains(.waitlist(first.campaign)) else { return first }
        var last = ID<Campaign>(0)
        while let next = try store.signupNotices.firstLogged(after: last) {
            guard setAside.contains(.waitlist(next.campaign)) else { return next }
            last = next.campaign
        }
        return nil
    }

    private func notifyPositions(now: Instant, turn: Turn) throws(StorageError) -> Bool {
        while true {
            let isDue = try !store.signupNotices.due(at: now, limit: 1).isEmpty
            // A notification reports the present position, so no move before it may be left.
            while let first = try firstLogged(), isDue || now - first.at >= Self.shiftPatience {
                let isMore = try setAside.moving(.waitlist(first.campaign)) {
                    () throws(StorageError) in
                    try noteShifts(of: first.campaign) { turn.isOver }
                }
                if isMore || turn.isOver { return true }
            }
            let changes = try store.signupNotices.due(at: now, limit: 32)
            for change in changes where !setAside.contains(.waitlist(change.campaign)) {
                try setAside.moving(.waitlist(change.campaign)) { () throws(StorageError) in
                    try notify(change, now)
                }
            }
            if changes.count < 32 { return false }
            if turn.isOver { return true }
        }
    }

    @discardableResult
    private func noteShifts(
        of campaign: ID<Campaign>, isOver: () -> Bool
    ) throws(StorageError) -> Bool {
        guard try !isLong(campaign) else {
            try store.signupNotices.forgetMoves(of: campaign)
            return false
        }
        return try store.noteShifts(
            of: campaign, after: Self.signupNoticeDelay, isOver: isOver)
    }

    private func notify(_ change: SignupNotices.Change, _ now: Instant) throws(StorageError) {
        try store.signupNotices.remove(change)
        guard let row = try store.signups.find(change.participant),
            let position = try store.signups.position(of: row), position != change.former,
            let campaign = declarations.campaigns[row.campaign]
        else { return }
        try queue(
            .signupPositionChanged,
            SignupNotices.Notice(
                participant: row.participant, uid: row.uid, former: change.former,
                position: position), campaign, now
        ) { $0.sendsAllShifts == (change.reach == .shifts) }
    }
}

extension CompiledDeclarations {
    private static let signupTypes = NotificationType.all(about: .signup)

    /// True if a webhook may want notifications of a campaign's signups.
    func tracksSignups(_ campaign: ID<Campaign>) -> Bool {
        guard let account = campaigns[campaign]?.account else { return false }
        return webhooks.contains {
            $0.mayWant(Self.signupTypes, about: campaign, account: account)
        }
    }
}
