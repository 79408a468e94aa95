import Rules

/// The fields of `lead` and `referrer`.
enum PersonField: RecordField {
    case id, referralCode, email, firstName, source, joinedAt

    var declaration: RecordType.Field {
        switch self {
        case .id: .init("id", .int)
        case .referralCode: .init("referral_code", .string, maximumSize: 64, isUppercase: true)
        case .email: .init("email", .string, mayBeAbsent: true, isRedacted: true)
        case .firstName: .init("first_name", .string, mayBeAbsent: true, isRedacted: true)
        case .source: .init("source", .string, mayBeAbsent: true)
        case .joinedAt: .init("joined_at", .timestamp)
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
        }
    }
}
