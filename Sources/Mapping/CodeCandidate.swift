import Referrals

/// One of several texts of an event that may be its referral code.
package struct CodeCandidate: Equatable, Sendable {
    /// The canonical form of a code, or the unchanged text if it does not have the form of one.
    package let text: String
    /// The code; nil if the text does not have the form of one.
    package let code: ReferralCode?
    /// True for a text that is often something else, such as a shop's discount code: alone it does
    /// not make the event wait for a code.
    package let isDoubtful: Bool

    package init(_ text: String, isDoubtful: Bool = false) {
        code = ReferralCode(text)
        self.text = code?.text ?? text
        self.isDoubtful = isDoubtful
    }
}
