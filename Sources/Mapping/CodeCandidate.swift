import Referrals

/// One of several texts of an event that may be its referral code.
package struct CodeCandidate: Equatable, Sendable {
    /// The canonical form of a code, or the text as it came where it has not the form of one.
    package let text: String
    /// Nil where the text has not the form of a code.
    package let code: ReferralCode?
    /// Often something else, such as a shop's discount code: alone it is not waited for.
    package let isDoubtful: Bool

    package init(_ text: String, isDoubtful: Bool = false) {
        code = ReferralCode(text)
        self.text = code?.text ?? text
        self.isDoubtful = isDoubtful
    }
}
