import JSON
import Time

/// One message of a partner in refgate's own shape; what is nil is left out.
package struct PartnerMessage: Sendable {
    package var id: String
    package var goal: String
    package var code: String?
    package var orders: [String]
    package var amount: Int64?
    package var currency: String?
    package var occurredAt: Instant?
    package var customer: String?
    package var email: String?
    package var firstName: String?
    package var isTest: Bool
    /// `refund`, `refund_total` or `reinstate`.
    package var reversal: String?

    package init(
        id: String, goal: String = "purchase", code: String? = nil, orders: [String] = [],
        amount: Int64? = nil, currency: String? = nil, occurredAt: Instant? = nil,
        customer: String? = nil, email: String? = nil, firstName: String? = nil,
        isTest: Bool = false, reversal: String? = nil
    ) {
        self.id = id
        self.goal = goal
        self.code = code
        self.orders = orders
        self.amount = amount
        self.currency = currency
        self.occurredAt = occurredAt
        self.customer = customer
        self.email = email
        self.firstName = firstName
        self.isTest = isTest
        self.reversal = reversal
    }

    package var body: [UInt8] {
        var writer = Writer()
        writer.beginObject()
        writer.key("type")
        writer.string(goal)
        if let occurredAt { member("timestamp", occurredAt.rfc3339, &writer) }
        writer.key("data")
        writer.beginObject()
        member("referral_code", code, &writer)
        if orders.count == 1 { member("order_id", orders[0], &writer) }
        if orders.count > 1 {
            writer.key("order_id")
            writer.beginArray()
            for order in orders { writer.string(order) }
            writer.endArray()
        }
        if let amount {
            writer.key("amount")
            writer.integer(amount)
        }
        member("currency", currency, &writer)
        if customer != nil || email != nil || firstName != nil {
            writer.key("customer")
            writer.beginObject()
            member("id", customer, &writer)
            member("email", email, &writer)
            member("first_name", firstName, &writer)
            writer.endObject()
        }
        if isTest {
            writer.key("test")
            writer.bool(true)
        }
        member("reversal", reversal, &writer)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private func member(_ name: String, _ value: String?, _ writer: inout Writer) {
        guard let value else { return }
        writer.key(name)
        writer.string(value)
    }
}
