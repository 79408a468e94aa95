import Referrals

extension Preset {
    /// Stripe: checkout sessions, paid invoices and refunds.
    ///
    /// - A session that moves no money (a trial, a free plan) is goal `trial`: no purchase, but it tells
    ///   the code and the customer by whom later invoices are known. One that only stores a card isn't ours.
    /// - The first invoice repeats its session: both give the invoice as a key. Renewals bring their own.
    /// - Amounts are what was paid without tax. A charge doesn't tell the tax in a refund, so a partial
    ///   refund counts with its tax.
    /// - Refunds are totals; they find the purchase by payment intent or, where Stripe sends it, invoice.
    package static let stripe = Preset(
        "stripe", scheme: "stripe", codeOf: .referrer,
        mapping: MappingText(
            [
                .filter: [
                    """
                    payload.type in ["checkout.session.completed", \
                    "checkout.session.async_payment_succeeded", "invoice.paid", "charge.refunded"] \
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
                    """
                    firstOf([\(object).?metadata.?referral_code, \
                    \(object).?client_reference_id, \
                    \(object).?parent.?subscription_details.?metadata.?referral_code, \
                    \(object).?subscription_details.?metadata.?referral_code, \
                    \(object).?lines.?data[?0].?metadata.?referral_code])
                    """
                ],
                .businessKey: [
                    "\(object).id",
                    "\(object).?payment_intent",
                    "\(object).?invoice",
                    "\(object).?charge",
                    "\(object).?payments.?data[?0].?payment.?payment_intent",
                ],
                .amount: [
                    """
                    payload.type == "charge.refunded" ? \(object).amount_refunded \
                    : payload.type == "invoice.paid" \
                    ? math.least(\(object).amount_paid, \
                    firstOf([\(object).?total_excluding_tax, \(object).amount_paid]).orValue(0)) \
                    : \(object).amount_total \
                    - firstOf([\(object).?total_details.?amount_tax]).orValue(0)
                    """
                ],
                .currency: ["\(object).?currency"],
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
                .reversal: [#"payload.type == "charge.refunded" ? "refund_total" : """#],
            ], onUnmapped: .keep))

    private static let object = "payload.data.object"
}
