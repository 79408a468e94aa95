/// The subject of the numbers that campaigns have within their side of an account.
package enum NumberedCampaign {}

/// The number of a campaign in declarations, addresses and responses. It is unique within a side
/// of an account; `ID<Campaign>` is unique in the database.
package typealias CampaignNumber = ID<NumberedCampaign>

extension ID<Campaign> {
    /// The first account's campaigns have the same number in the database. Those of all others have
    /// this bit, and the account's number above their own. No declared number has the bit: none is
    /// above 2⁵³.
    private static var qualified: Int64 { 1 << 62 }
    private static var numberBits: Int64 { 42 }
    private static var mask: Int64 { (1 << numberBits) - 1 }
    /// The greatest number of a campaign of any account but the first.
    package static var greatestNumber: Int64 { mask }

    /// The id of an account's campaign; nil if no campaign of the account can have the number. Only
    /// the first account's numbers may be 2⁴² or more.
    package init?(_ number: CampaignNumber, of account: ID<Account>) {
        if account == .first {
            self.init(number.number)
        } else if number.number <= Self.mask, account.number < 1 << (62 - Self.numberBits) {
            self.init(Self.qualified | account.number << Self.numberBits | number.number)
        } else {
            return nil
        }
    }

    /// The number of the campaign within its side of an account.
    package var declared: CampaignNumber {
        CampaignNumber(number & Self.qualified == 0 ? number : number & Self.mask)
    }

    /// The campaign in a sentence about several accounts: `campaign 7`, with the number of the side
    /// for all but the first account's.
    package var nameAmongAccounts: String {
        number & Self.qualified == 0
            ? "campaign \(number)"
            : "campaign \(declared.number) of account \((number ^ Self.qualified) >> Self.numberBits)"
    }

    /// The ids that campaigns of an account can have.
    package static func range(of account: ID<Account>) -> ClosedRange<Int64> {
        if account == .first { return 1...(qualified - 1) }
        let base = qualified | account.number << numberBits
        return (base + 1)...(base | mask)
    }
}

extension ID<Account> {
    /// The account that a new database starts with. It was the only one in earlier releases.
    package static var first: Self { ID(1) }
}
