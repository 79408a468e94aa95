import Declarations
import Reading
import Referrals
import Time

/// The columns that a CSV file of participants may have.
enum ParticipantColumn: Int, CaseIterable {
    case campaign, email, firstName, referralCode, referredBy, source, customer, id, status,
        payoutDestination

    var name: String {
        switch self {
        case .campaign: "campaign"
        case .email: "email"
        case .firstName: "first_name"
        case .referralCode: "referral_code"
        case .referredBy: "referred_by"
        case .source: "source"
        case .customer: "customer"
        case .id: "id"
        case .status: "status"
        case .payoutDestination: "payout_destination"
        }
    }

    static let names = allCases.map(\.name)
}

/// The additional columns of an export of participants. `number` is ignored when read.
enum ExportedParticipantColumn: Int, CaseIterable {
    case number, joinedAt, erasedAt

    private var name: String {
        switch self {
        case .number: "number"
        case .joinedAt: "joined_at"
        case .erasedAt: "erased_at"
        }
    }

    static let names = allCases.map(\.name)

    /// The index among all columns that are read.
    var index: Int { ParticipantColumn.allCases.count + rawValue }
}

extension CSVRows {
    /// Reads the header of a file of participants; returns false if the rows cannot be read.
    mutating func readParticipantHeader() throws(FileFailure) -> Bool {
        guard try readHeader() else { return false }
        var isWhole = true
        if !has(ParticipantColumn.campaign.rawValue) {
            noteMissingColumn(anyOf: [ParticipantColumn.campaign.name])
            isWhole = false
        }
        let keys: [ParticipantColumn] = [.email, .id, .referralCode]
        if !keys.contains(where: { has($0.rawValue) }) {
            noteMissingColumn(anyOf: ParticipantDeclaration.keys)
            isWhole = false
        }
        return isWhole
    }

    /// Returns the participant of the current row, without the fields that have mistakes, which are
    /// noted.
    mutating func participant() -> ParticipantDeclaration {
        typealias Limits = ParticipantLimits
        let before = count
        var participant = ParticipantDeclaration(campaign: ID(0))
        if let campaign = text(.campaign, atMost: 20, as: positiveNumber) {
            participant.campaign = ID(campaign)
        } else if count == before {
            note(.empty, in: ParticipantColumn.campaign.rawValue)
        }
        participant.email = text(.email, atMost: Limits.email, as: readEmail)
        participant.firstName = text(
            ParticipantColumn.firstName.rawValue, atMost: Limits.firstName, dropsControls: true)
        participant.referralCode = text(
            .referralCode, atMost: Limits.code, as: readCode)
        participant.referredBy = text(.referredBy, atMost: Limits.code, as: readCode)
        participant.source = text(.source, atMost: Limits.source) { $0 }
        participant.customer = text(.customer, atMost: Limits.customer, as: readIdentifier)
        participant.id = text(.id, atMost: Limits.id, as: identity)
        participant.status = text(.status, atMost: 20, as: status)
        participant.payoutDestination = text(
            ParticipantColumn.payoutDestination.rawValue, atMost: Limits.payoutDestination,
            dropsControls: true)
        participant.joinedAt = text(
            ExportedParticipantColumn.joinedAt.index, atMost: 40, as: readTime)
        participant.erasedAt = text(
            ExportedParticipantColumn.erasedAt.index, atMost: 40, as: readTime)
        if count == before, !participant.hasKey {
            note(.missing(.column, anyOf: ParticipantDeclaration.keys), in: 0)
        }
        if let code = participant.referralCode, code == participant.referredBy {
            note(.rule(.refersToItself), in: ParticipantColumn.referredBy.rawValue)
        }
        return participant
    }

    private mutating func text<Read>(
        _ column: ParticipantColumn, atMost limit: Int, as read: (String) throws(Fault) -> Read
    ) -> Read? {
        text(column.rawValue, atMost: limit, as: read)
    }
}

func positiveNumber(_ text: String) throws(Fault) -> Int64 {
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
        throw .wrongType(found: .text, expected: [.integer])
    }
    guard let number = Int64(text), number > 0, number <= greatestNumber else {
        throw .outOfRange(text, 1...greatestNumber)
    }
    return number
}

func readTime(_ text: String) throws(Fault) -> Instant {
    guard let time = Instant(rfc3339: text) else { throw .malformed(.time, text) }
    return time
}

/// Reads an id: digits alone are refgate's own number, any other text is a partner's id. Digits
/// after an apostrophe are a partner's id, too.
func identity(_ text: String) throws(Fault) -> ParticipantDeclaration.Identity {
    let text = try readIdentifier(text)
    let name = FormulaMark.removed(from: text, where: FormulaMark.isDigits)
    guard name.utf8.count == text.utf8.count else { return .external(name) }
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return .external(text) }
    return .number(ID(try positiveNumber(text)))
}

private func status(_ text: String) throws(Fault) -> ParticipantDeclaration.Status {
    guard let status = ParticipantDeclaration.Status(rawValue: text) else {
        throw .notAmong(
            text, choices: ParticipantDeclaration.Status.allCases.map(\.rawValue))
    }
    return status
}
