import Currencies
import Declarations
import Reading
import Referrals
import Time

/// The maximum lengths of the texts of past rows in bytes.
enum PastLimits {
    static let goal = 128
    static let businessKey = 256
    static let text = 500
}

/// Reads a business key.
func trimmedKey(_ text: String) throws(Fault) -> String {
    try readIdentifier(surroundedByNothing(text))
}

// The fields that files of past conversions and rewards share.
extension CSVRows {
    /// The person whom the current row names: by id, else by code, else by address.
    mutating func person(id: Int, code: Int, email: Int) -> PersonKey? {
        let before = count
        let named = text(id, atMost: ParticipantLimits.id, as: identity)
        let coded = text(code, atMost: ParticipantLimits.code, as: readCode)
        let address = text(email, atMost: ParticipantLimits.email, as: readEmail)
        guard count == before else { return nil }
        if let named { return .id(named) }
        if let coded { return .code(coded) }
        if let address { return .email(address) }
        note(.missing(.column, anyOf: [columns[id], columns[code], columns[email]]), in: id)
        return nil
    }

    /// Notes a row of another campaign.
    mutating func checkCampaign(_ column: Int, is campaign: CampaignNumber) {
        guard let text = text(column, atMost: 20) else { return }
        if text != String(campaign.number) {
            note(.notAmong(text, choices: [String(campaign.number)]), in: column)
        }
    }

    mutating func money(amount: Int, currency: Int) -> (amount: Int64?, currency: Currency?) {
        let before = count
        let number = number(amount, in: 0...greatestNumber)
        let money = self.currency(currency)
        if count == before, number != nil, money == nil {
            note(.missing(.column, anyOf: [columns[currency]]), in: currency)
        }
        return (number, money)
    }

    mutating func currency(_ column: Int) -> Currency? {
        text(column, atMost: 20) { text throws(Fault) in try readCurrency(text) }
    }

    mutating func number(_ column: Int, in range: ClosedRange<Int64>) -> Int64? {
        text(column, atMost: 20) { text throws(Fault) in
            let digits =
                text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
            guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                let isNumber = Double(text) != nil
                throw .wrongType(found: isNumber ? .number : .text, expected: [.integer])
            }
            guard let number = Int64(text), range.contains(number) else {
                throw .outOfRange(text, range)
            }
            return number
        }
    }

    mutating func time(_ column: Int) -> Instant? {
        text(column, atMost: 40, as: readTime)
    }

    mutating func requiredTime(_ column: Int) -> Instant? {
        let before = count
        let time = time(column)
        if time == nil, count == before { note(.empty, in: column) }
        return time
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ column: Int
    ) -> Choice? {
        text(column, atMost: 20) { text throws(Fault) in
            guard let choice = Choice(rawValue: text) else {
                throw .notAmong(text, choices: Choice.allCases.map(\.rawValue))
            }
            return choice
        }
    }

    /// Notes a value that an earlier row has.
    ///
    /// - Parameters:
    ///   - key: The value that must not repeat.
    ///   - shown: The value as the mistake shows it.
    mutating func noteRepeat(
        of key: String, shown: String, in column: Int, _ seen: inout SeenKeys
    ) {
        guard let first = seen.insert(key, group: 0, place: line) else { return }
        note(
            .duplicate(
                columns[column] == PastRewardColumn.couponCode.name ? .coupon : .businessKey, shown,
                first: Fault.Line(file: file, number: first.place)),
            in: column)
    }
}
