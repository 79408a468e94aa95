import Referrals

/// The participants that a workspace declares.
package enum Participants: Sendable {
    case listed([ParticipantDeclaration])
    /// So many rows of a file that was read once and found good.
    case file(path: String, count: Int)

    package var count: Int {
        switch self {
        case .listed(let list): list.count
        case .file(_, let count): count
        }
    }

    /// Hands out one after another; a file is read again while it goes on.
    ///
    /// Throws what the closure throws, a `FileFailure`, or `Mistakes` where the file has changed since
    /// it was found good.
    package func forEach(
        in folder: Folder, _ body: (ParticipantDeclaration) throws -> Void
    ) throws {
        switch self {
        case .listed(let list):
            for participant in list { try body(participant) }
        case .file(let path, _):
            var rows = CSVRows(
                try folder.open(path), file: path, columns: ParticipantColumn.names)
            guard try rows.readParticipantHeader() else { throw rows.mistakes }
            while try rows.next() {
                let participant = rows.participant()
                guard rows.count == 0 else { throw rows.mistakes }
                try body(participant)
            }
            guard rows.count == 0 else { throw rows.mistakes }
        }
    }
}

/// The coupons that a workspace declares for one campaign.
package enum Coupons: Equatable, Sendable {
    case listed([String])
    case file(path: String, count: Int)

    package var count: Int {
        switch self {
        case .listed(let list): list.count
        case .file(_, let count): count
        }
    }

    static let column = ["code"]
    static let longestCode = 200

    /// As with participants.
    package func forEach(in folder: Folder, _ body: (String) throws -> Void) throws {
        switch self {
        case .listed(let list):
            for code in list { try body(code) }
        case .file(let path, _):
            var rows = CSVRows(try folder.open(path), file: path, columns: Self.column)
            guard try rows.readCouponHeader() else { throw rows.mistakes }
            while try rows.next() {
                guard let code = rows.coupon() else { break }
                try body(code)
            }
            guard rows.count == 0 else { throw rows.mistakes }
        }
    }
}

extension CSVRows {
    mutating func readCouponHeader() throws(FileFailure) -> Bool {
        guard try readHeader() else { return false }
        guard has(0) else {
            noteMissingColumn(anyOf: Coupons.column)
            return false
        }
        return true
    }

    /// The coupon of the current row; nil where it has a mistake, which is noted.
    mutating func coupon() -> String? {
        let before = count
        let code = text(0, atMost: Coupons.longestCode, as: surroundedByNothing)
        if code == nil, count == before { note(.empty, in: 0) }
        return code
    }
}
