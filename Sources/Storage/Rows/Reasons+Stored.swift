import Currencies
import Referrals
import Time

extension Reasons {
    /// The reasons as stored: codes joined by commas; nil for none.
    var stored: String? {
        isEmpty ? nil : map(\.text).joined(separator: ",")
    }

    /// Reads stored reasons. Codes of a later release are left out.
    init(stored: String?) {
        self.init()
        for text in stored?.split(separator: ",") ?? [] {
            if let code = ReasonCode(text: String(text)) { insert(code) }
        }
    }
}
