import JSON
import Referrals

/// Rules for the texts of senders.
extension ItemReader {
    /// The address as it was sent; nil if it is absent. A malformed address is recorded as a
    /// problem.
    mutating func email() -> String? {
        guard let program = mapping.email, let text = text(program) else { return nil }
        guard EmailAddress(text) == nil else { return text }
        guard !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else { return nil }
        problems.append(program.problem(.unreadable(wanted: "an e-mail address")))
        return nil
    }

    /// A text without hidden characters. They are removed from names; in an identifier they are a
    /// problem, because it would look like another one.
    mutating func visible(_ text: String, _ program: FieldProgram) -> String? {
        guard program.field != .firstName else { return HiddenText.removed(from: text) }
        // White space around these is removed when they are read.
        let isTrimmed =
            switch program.field {
            case .email, .referralCode, .businessKey: true
            default: false
            }
        guard HiddenText.isIn(text, isTrimmed: isTrimmed) else { return text }
        problems.append(
            program.problem(.unreadable(wanted: "a text without control or invisible characters")))
        return nil
    }
}
