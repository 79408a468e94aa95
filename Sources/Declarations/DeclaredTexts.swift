import Currencies
import Reading
import Referrals

// Readers of texts whose format the domain defines.

/// Reads a currency of ISO 4217.
package func readCurrency(_ text: String) throws(Fault) -> Currency {
    let currency = try readStoredCurrency(text)
    guard currency.isListed else { throw .malformed(.currency, text) }
    return currency
}

/// Accepts any three letters, as earlier releases did.
func readStoredCurrency(_ text: String) throws(Fault) -> Currency {
    guard let currency = Currency(text) else { throw .malformed(.currency, text) }
    return currency
}

/// Reads an e-mail address and returns it in canonical form.
package func readEmail(_ text: String) throws(Fault) -> EmailAddress {
    guard let email = EmailAddress(text) else { throw .malformed(.email, text) }
    return email
}

/// Reads a referral code and returns it in canonical form.
package func readCode(_ text: String) throws(Fault) -> ReferralCode {
    guard let code = ReferralCode(text) else { throw .malformed(.referralCode, text) }
    return code
}

func readSourceID(_ text: String) throws(Fault) -> String {
    guard text.utf8.count <= 64, let first = text.utf8.first, isAlphanumeric(first),
        text.utf8.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) })
    else { throw .malformed(.sourceID, text) }
    return text
}
