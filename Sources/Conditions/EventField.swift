import Currencies
import Referrals
import Rules

/// The fields of `event`.
enum EventField: RecordField {
    case goal, referralCode, businessKeys, amount, currency, email, customer, occurredAt
    case receivedAt, test

    var declaration: RecordType.Field {
        switch self {
        case .goal: .init("goal", .string)
        case .referralCode:
            .init("referral_code", .string, mayBeAbsent: true, maximumSize: 64, isUppercase: true)
        case .businessKeys: .init("business_keys", .list(.string))
        case .amount: .init("amount", .int, mayBeAbsent: true)
        case .currency:
            .init(
                "currency", .string, mayBeAbsent: true, maximumSize: 3, isUppercase: true,
                isCurrency: true)
        case .email: .init("email", .string, mayBeAbsent: true, isRedacted: true)
        case .customer: .init("customer", .string, mayBeAbsent: true, isRedacted: true)
        case .occurredAt: .init("occurred_at", .timestamp)
        case .receivedAt: .init("received_at", .timestamp)
        case .test: .init("test", .bool)
        }
    }

    func value(of event: QualifyingEvent) -> Rules.Value? {
        switch self {
        case .goal: .string(event.goal)
        case .referralCode: event.code.map { .string($0.text) }
        case .businessKeys: .list(event.businessKeys.map { .string($0) })
        case .amount: event.amount.map { .int($0) }
        case .currency: event.currency.map { .string($0.text) }
        case .email: event.email.map { .string($0) }
        case .customer: event.customer.map { .string($0) }
        case .occurredAt: .timestamp(Timestamp(event.occurredAt))
        case .receivedAt: .timestamp(Timestamp(event.receivedAt))
        case .test: .bool(event.isTest)
        }
    }
}
