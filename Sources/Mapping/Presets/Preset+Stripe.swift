import Referrals

extension Preset {
    /// Stripe: checkout sessions, paid invoices, refunds, and events that link a payment to its
    /// invoice.
    ///
    /// - A session that moves no money (a trial, a free plan) is goal `trial`: not a purchase, but
    ///   it contains the code and the customer, by whom later invoices are found. A session that
    ///   only stores a card is ignored.
    /// - The first invoice repeats its session: both have the invoice as a key. Renewals have their
    ///   own.
    /// - Amounts are those paid without tax, in ISO minor units. Refunds are totals with tax, and a
    ///   share of the amount paid with tax.
    /// - A refund finds its purchase by payment intent. Since API version 2025-03-31 an invoice
    ///   does not name its payment intent; `invoice_payment.paid` names both, and may arrive before
    ///   or after either.
    /// - A session may carry its code beside another reference, so all places are candidates.
    package static let stripe = Preset(
        "stripe", scheme: "stripe", codeOf: .referrer,
        mapping: MappingText(
            [
                .filter: [
                    """
                    payload.type in ["checkout.session.completed", \
                    "checkout.session.async_payment_succeeded", "invoice.paid", \
                    "invoice_payment.paid", "charge.refunded"] \
                    && \(object).?mode.orValue("") != "setup" \
                    && \(object).?payment_status.orValue("") != "unpaid"
                    """
                ],
                .eventID: ["payload.id"],
                .goal: [
                    """
                    firstOf([\(object).?amount_total, \(object).?amount_paid]) == optional.of(0) \
                    ? "trial" : "purchase"
                    """
                ],
                .referralCode: [
                    "\(object).?metadata.?referral_code",
                    "\(object).?client_reference_id",
                    "\(object).?parent.?subscription_details.?metadata.?referral_code",
                    "\(object).?subscription_details.?metadata.?referral_code",
                    "\(object).?lines.?data[?0].?metadata.?referral_code",
                ],
                .businessKey: [
                    "\(object).id",
                    "\(object).?payment_intent",
                    "\(object).?invoice",
                    "\(object).?charge",
                    "\(object).?payments.?data[?0].?payment.?payment_intent",
                    "\(object).?payment.?payment_intent",
                    "\(object).?payment.?charge",
                ],
                .amount: [
                    inMinorUnits(
                        """
                        payload.type == "charge.refunded" ? \(object).amount_refunded \
                        : payload.type == "invoice.paid" \
                        ? math.least(\(object).amount_paid, \
                        firstOf([\(object).?total_excluding_tax, \(object).amount_paid]).orValue(0)) \
                        : \(object).amount_total \
                        - firstOf([\(object).?total_details.?amount_tax]).orValue(0)
                        """)
                ],
                .currency: ["\(object).?currency"],
                .paid: [
                    """
                    firstOf([\(object).?amount_total, \(object).?amount_paid])\
                    .optMap(p, \(inMinorUnits("p")))
                    """
                ],
                .occurredAt: ["fromUnix(payload.created)"],
                .email: [
                    """
                    firstOf([\(object).?customer_details.?email, \(object).?customer_email, \
                    \(object).?billing_details.?email, \(object).?receipt_email])
                    """
                ],
                .customer: ["\(object).?customer"],
                .firstName: [
                    """
                    firstOf([\(object).?customer_details.?name, \(object).?customer_name, \
                    \(object).?billing_details.?name]).optMap(n, n.split(" ")[0])
                    """
                ],
                .test: ["!payload.livemode"],
                .reversal: [
                    """
                    payload.type == "charge.refunded" ? "refund_total" \
                    : payload.type == "invoice_payment.paid" ? "link" : ""
                    """
                ],
            ], onUnmapped: .keep))

    private static let object = "payload.data.object"

    /// From Stripe's page on currencies: zero-decimal and three-decimal ones. All others have two.
    private static let units = SenderUnits(
        withoutDecimals: [
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV",
            "XAF", "XOF", "XPF",
        ],
        withThreeDecimals: ["BHD", "JOD", "KWD", "OMR", "TND"])

    private static func inMinorUnits(_ amount: String) -> String {
        units.converting(amount, currency: "\(object).currency")
    }
}
