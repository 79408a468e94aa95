import JSON
import Reading
import Referrals

// Single declarations: the body of a request, or stored JSON.

extension CampaignEntry {
    /// Reads a request's body.
    ///
    /// - Parameter stored: the canonical JSON that the body changes (RFC 7396); nil for a complete
    ///   declaration.
    package static func read(
        _ body: Document, _ naming: Naming<CampaignNumber>, over stored: [UInt8]? = nil,
        plan: AccountDeclaration.Plan? = nil
    ) throws(Mistakes) -> CampaignEntry {
        try single(body, over: stored, ignoring: CampaignDeclaration.responseMembers) { members in
            let campaign = CampaignDeclaration.read(&members, naming)
            if campaign.rules.publish == .public, plan == .free {
                members.note(.rule(.publicNeedsPaidPlan), at: "publish")
            }
            return CampaignEntry(campaign: campaign, coupons: members.couponList())
        }
    }
}

extension CampaignDeclaration {
    /// Reads the JSON that `canonicalJSON` wrote.
    package static func read(stored: [UInt8]) throws(Mistakes) -> CampaignDeclaration {
        try storedSingle(stored) { CampaignDeclaration.read(&$0, .declared) }
    }
}

extension RewardRule {
    /// Reads a request's body, over the stored declaration if it is a change.
    package static func read(
        _ body: Document, over stored: [UInt8]? = nil
    ) throws(Mistakes) -> RewardRule {
        let reading = DocumentReading(body, file: "body")
        var members = Members(reading.document.root, over: root(of: stored), in: reading)
        members.passOver(responseMembers)
        let reward = RewardRule.read(members)
        members.checkWhen(of: reward)
        guard reading.count == 0 else { throw reading.mistakes() }
        return reward
    }
}

extension ParticipantDeclaration {
    /// Reads a request's body, over the stored declaration if it is a change.
    package static func read(
        _ body: Document, _ naming: Naming<Identity>, over stored: [UInt8]? = nil
    ) throws(Mistakes) -> ParticipantDeclaration {
        try single(body, over: stored, ignoring: responseMembers) {
            ParticipantDeclaration.read(&$0, naming)
        }
    }

    /// Reads the JSON that `canonicalJSON` wrote.
    package static func read(stored: [UInt8]) throws(Mistakes) -> ParticipantDeclaration {
        try storedSingle(stored) { ParticipantDeclaration.read(&$0, .declared) }
    }
}

extension SourceEntry {
    /// Reads a request's body.
    ///
    /// - Parameter needsSecret: true if no secret is stored or generated, so that the body must
    ///   have one.
    package static func read(
        _ body: Document, _ naming: Naming<String>, over stored: [UInt8]? = nil,
        needsSecret: Bool = false
    ) throws(Mistakes) -> SourceEntry {
        try single(body, over: stored, ignoring: SourceDeclaration.responseMembers) {
            SourceEntry.read(&$0, naming, needsSecret: needsSecret)
        }
    }
}

extension SourceDeclaration {
    /// Reads the JSON that `canonicalJSON` wrote.
    package static func read(stored: [UInt8]) throws(Mistakes) -> SourceDeclaration {
        try storedSingle(stored) {
            SourceEntry.read(&$0, .declared, needsSecret: false, isStored: true).source
        }
    }
}

extension WebhookEntry {
    /// Reads a request's body.
    ///
    /// - Parameter refusal: returns the reason for which a URL must not be called, judged by its
    ///   text; nil if it may be.
    package static func read(
        _ body: Document, _ naming: Naming<String>, over stored: [UInt8]? = nil,
        refusal: (String) -> String? = { _ in nil }
    ) throws(Mistakes) -> WebhookEntry {
        try single(body, over: stored, ignoring: WebhookDeclaration.responseMembers) { members in
            WebhookEntry.read(&members, naming, refusal: refusal)
        }
    }
}

extension WebhookDeclaration {
    /// Reads the JSON that `canonicalJSON` wrote.
    package static func read(stored: [UInt8]) throws(Mistakes) -> WebhookDeclaration {
        try storedSingle(stored) {
            WebhookEntry.read(&$0, .declared, refusal: { _ in nil }).webhook
        }
    }
}

extension AccountDeclaration {
    /// Reads a request's body, over the stored declaration if it is a change.
    package static func read(
        _ body: Document, over stored: [UInt8]? = nil
    ) throws(Mistakes) -> AccountDeclaration {
        try single(body, over: stored, ignoring: []) { AccountDeclaration.read(&$0) }
    }
}

/// Reads a request's body.
///
/// - Parameter ignored: the members of responses that have no effect in a request. They are
///   accepted, so that a client can change a response and send it back.
func single<Read>(
    _ body: Document, over stored: [UInt8]?, ignoring ignored: [String],
    _ read: (inout Members) -> Read
) throws(Mistakes) -> Read {
    let reading = DocumentReading(body, file: "body")
    return try single(reading, over: root(of: stored)) { members in
        members.passOver(ignored)
        return read(&members)
    }
}

/// Reads a body that is not a declaration. The reader of declarations reads it, so that each
/// accepted member has an effect and every other one is a mistake.
func request<Read>(
    _ body: Document, _ read: (inout Members) -> Read
) throws(Mistakes) -> Read {
    try single(DocumentReading(body, file: "body"), over: nil, read)
}

private func storedSingle<Read>(
    _ stored: [UInt8], _ read: (inout Members) -> Read
) throws(Mistakes) -> Read {
    let document: Document
    do {
        document = try Document(parsing: stored)
    } catch {
        throw .notJSON(error, stored, file: "stored")
    }
    return try single(
        DocumentReading(document, file: "stored", isStored: true), over: nil, read)
}

private func single<Read>(
    _ reading: DocumentReading, over base: Value?, _ read: (inout Members) -> Read
) throws(Mistakes) -> Read {
    var members = Members(reading.document.root, over: base, in: reading)
    let result = read(&members)
    members.end()
    guard reading.count == 0 else { throw reading.mistakes() }
    return result
}

/// Returns the root of a stored declaration. Stored text was written here, so it is valid JSON.
package func root(of stored: [UInt8]?) -> Value? {
    guard let stored, let document = try? Document(parsing: stored) else { return nil }
    return document.root
}
