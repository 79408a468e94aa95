import Declarations
import Reading
import Referrals

/// The columns of a CSV file of coupons. `code` is required; an export has the others too, of which
/// `id` and `reward` are ignored.
enum CouponColumn: Int, CaseIterable {
    case code, campaign, state, id, reward

    var name: String {
        switch self {
        case .code: "code"
        case .campaign: "campaign"
        case .state: "state"
        case .id: "id"
        case .reward: "reward"
        }
    }
}

extension CSVRows {
    init(coupons source: any ByteSource, file: String) {
        self.init(
            source, file: file, columns: [CouponColumn.code.name],
            exported: CouponColumn.allCases.dropFirst().map(\.name))
    }

    mutating func readCouponHeader() throws(FileFailure) -> Bool {
        guard try readHeader() else { return false }
        guard has(CouponColumn.code.rawValue) else {
            noteMissingColumn(anyOf: [CouponColumn.code.name])
            return false
        }
        return true
    }

    /// Returns true if the current row belongs to a campaign. An export has the pools of all
    /// campaigns; a row without a campaign belongs to the requested one.
    mutating func isCoupon(of campaign: CampaignNumber?) -> Bool {
        let said = text(CouponColumn.campaign.rawValue, atMost: 20) { text throws(Fault) in
            guard let number = Int64(text) else {
                throw .wrongType(found: .text, expected: [.integer])
            }
            return number
        }
        guard let said, let campaign else { return true }
        return said == campaign.number
    }

    /// Returns the coupon of the current row; nil if the row has a mistake, which is noted.
    mutating func coupon() -> Coupons.Entry? {
        let before = count
        let code = text(
            CouponColumn.code.rawValue, atMost: Coupons.longestCode, as: surroundedByNothing)
        if code == nil, count == before { note(.empty, in: CouponColumn.code.rawValue) }
        let states = CouponState.allCases.map(\.rawValue)
        let state = text(CouponColumn.state.rawValue, atMost: 20) { text throws(Fault) in
            guard let state = CouponState(rawValue: text) else {
                throw .notAmong(text, choices: states)
            }
            return state
        }
        guard count == before, let code else { return nil }
        return Coupons.Entry(code: code, isSpent: state.map { $0 != .available } ?? false)
    }

    /// Returns the number of a campaign's coupons in the file; nil if the rows cannot be read.
    mutating func countCoupons(of campaign: CampaignNumber?) throws(FileFailure) -> Int? {
        guard try readCouponHeader() else { return nil }
        var seen = SeenKeys()
        var count = 0
        while try next() {
            guard isCoupon(of: campaign) else { continue }
            count += 1
            guard let code = coupon()?.code else { continue }
            if let first = seen.insert(code, group: 0, place: line) {
                note(
                    .duplicate(.coupon, code, first: Fault.Line(file: file, number: first.place)),
                    in: CouponColumn.code.rawValue)
            }
        }
        return count
    }
}

extension Coupons {
    /// Calls `body` for each coupon, as `Participants.forEach` does for participants.
    package func forEach(in folder: Folder, _ body: (Entry) throws -> Void) throws {
        switch self {
        case .listed(let list):
            for code in list { try body(Entry(code: code)) }
        case .file(let path, _, let campaign):
            var rows = CSVRows(coupons: try folder.open(path), file: path)
            guard try rows.readCouponHeader() else { throw rows.mistakes }
            while try rows.next() {
                guard rows.isCoupon(of: campaign) else { continue }
                guard rows.count == 0, let coupon = rows.coupon() else { break }
                try body(coupon)
            }
            guard rows.count == 0 else { throw rows.mistakes }
        }
    }

    /// Reads the coupons of a campaign from a request's body, with all its mistakes.
    package static func read(
        csv bytes: [UInt8], of campaign: CampaignNumber
    ) -> ReadRows<Entry> {
        ReadRows(
            CSVRows(coupons: BytesInMemory(bytes), file: "body"),
            needing: [[(CouponColumn.code.rawValue, CouponColumn.code.name)]]
        ) { rows, seen in
            guard rows.isCoupon(of: campaign) else { return .other }
            guard let coupon = rows.coupon() else { return .bad }
            if let first = seen.insert(coupon.code, group: 0, place: rows.line) {
                rows.note(
                    .duplicate(
                        .coupon, coupon.code,
                        first: Fault.Line(file: rows.file, number: first.place)),
                    in: CouponColumn.code.rawValue)
            }
            return .row(coupon)
        }
    }
}
