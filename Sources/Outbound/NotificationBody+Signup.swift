import JSON
import Referrals
import Storage
import Time

// Signups in notifications.
extension NotificationBody {
    /// Writes exactly the members that ReferralLoop sends of a signup.
    func writeReferralLoop(_ signup: NotificationContext.SignupPart, to json: inout Writer) {
        let person = context.recipient
        json.member("id", signup.uid.text)
        json.member("email", signup.email ?? person?.participant.email)
        switch type {
        case .signupDeleted: return
        case .signupPositionChanged: writePositions(of: signup, to: &json)
        default:
            json.member("name", person?.firstName)
            if type == .signupCreated { json.member("position", signup.position) }
            json.member("referral_code", person?.code)
            json.member("created_at", person?.participant.joinedAt.rfc3339)
        }
    }

    /// Writes the members of a signup beside its person; of a deleted one also the address.
    func writeMembers(of signup: NotificationContext.SignupPart, to json: inout Writer) {
        json.member("id", signup.uid.text)
        json.member("email", ifPresent: signup.email)
        writePositions(of: signup, to: &json)
    }

    /// Writes the position or, in a notification of a change, both positions and their difference:
    /// negative for a move towards the first position.
    func writePositions(of signup: NotificationContext.SignupPart, to json: inout Writer) {
        guard let position = signup.position else { return }
        guard let former = signup.former else { return json.member("position", position) }
        json.member("old_position", former)
        json.member("new_position", position)
        json.member("position_change", position - former)
    }
}
