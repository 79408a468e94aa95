import Rules

/// The fields of `lead`.
enum LeadField: RecordField {
    case id, referralCode, email, firstName, source, joinedAt, conversions, amountTotal

    var declaration: RecordType.Field {
        switch self {
        case .id: PersonFields.id
        case .referralCode: PersonFields.referralCode
        case .email: PersonFields.email
        case .firstName: PersonFields.firstName
        case .source: PersonFields.source
        case .joinedAt: PersonFields.joinedAt
        case .conversions: .init("conversions", .int)
        case .amountTotal: .init("amount_total", .int, mayBeAbsent: true)
        }
    }

    func value(of person: ConditionPerson) -> Rules.Value? {
        switch self {
        case .id: .int(person.id)
        case .referralCode: .string(person.code)
        case .email: person.email.map { .string($0) }
        case .firstName: person.firstName.map { .string($0) }
        case .source: person.source.map { .string($0) }
        case .joinedAt: .timestamp(Timestamp(person.joinedAt))
        case .conversions: person.conversions.map { .int($0) }
        case .amountTotal: person.amountTotal.map { .int($0) }
        }
    }
}

/// The fields of `referrer`.
enum ReferrerField: RecordField {
    case id, referralCode, email, firstName, source, joinedAt, conversions, rewards

    var declaration: RecordType.Field {
        switch self {
        case .id: PersonFields.id
        case .referralCode: PersonFields.referralCode
        case .email: PersonFields.email
        case .firstName: PersonFields.firstName
        case .source: PersonFields.source
        case .joinedAt: PersonFields.joinedAt
        case .conversions: .init("conversions", .int)
        case .rewards: .init("rewards", .int)
        }
    }

    func value(of person: ConditionPerson) -> Rules.Value? {
        switch self {
        case .id: .int(person.id)
        case .referralCode: .string(person.code)
        case .email: person.email.map { .string($0) }
        case .firstName: person.firstName.map { .string($0) }
        case .source: person.source.map { .string($0) }
        case .joinedAt: .timestamp(Timestamp(person.joinedAt))
        case .conversions: person.conversions.map { .int($0) }
        case .rewards: person.rewards.map { .int($0) }
        }
    }
}

/// The declarations of the fields that lead and referrer share.
private enum PersonFields {
    static let id = RecordType.Field("id", .int)
    static let referralCode = RecordType.Field(
        "referral_code", .string, maximumSize: 64, isUppercase: true)
    static let email = RecordType.Field("email", .string, mayBeAbsent: true, isRedacted: true)
    static let firstName = RecordType.Field(
        "first_name", .string, mayBeAbsent: true, isRedacted: true)
    static let source = RecordType.Field("source", .string, mayBeAbsent: true)
    static let joinedAt = RecordType.Field("joined_at", .timestamp)
}
