import Foundation

/// The body of a delivery in refgate's own shape. What a test sets is what it is about.
package struct Message: Sendable {
    package var type = "purchase"
    package var code: String?
    package var order: String?
    package var orders: [String]?
    package var amount: Int?
    package var currency: String?
    package var customer: String?
    package var email: String?
    package var timestamp: String?
    package var isTest = false
    package var reversal: String?

    package init(
        _ type: String = "purchase", code: String? = nil, order: String? = nil,
        orders: [String]? = nil, amount: Int? = nil, currency: String? = nil,
        customer: String? = nil, email: String? = nil, timestamp: String? = nil,
        isTest: Bool = false, reversal: String? = nil
    ) {
        self.type = type
        self.code = code
        self.order = order
        self.orders = orders
        self.amount = amount
        self.currency = currency ?? amount.map { _ in "USD" }
        self.customer = customer
        self.email = email
        self.timestamp = timestamp
        self.isTest = isTest
        self.reversal = reversal
    }

    package var text: String {
        var data: [String: Any] = [:]
        data["referral_code"] = code
        data["order_id"] = orders ?? order
        data["amount"] = amount
        data["currency"] = currency
        data["customer"] = customer
        data["email"] = email
        data["reversal"] = reversal
        if isTest { data["test"] = true }
        var body: [String: Any] = ["type": type, "data": data]
        body["timestamp"] = timestamp
        let json = try? JSONSerialization.data(withJSONObject: body, options: [.sortedKeys])
        return String(decoding: json ?? Data(), as: UTF8.self)
    }
}

extension Client {
    package func post(_ message: Message, id: String, from sender: Sender) throws
        -> ServerResponse
    {
        try post(message.text, id: id, from: sender)
    }
}
