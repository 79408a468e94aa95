import JSON
import Reading
import Referrals

// One declaration by itself: a request's body, or what is stored.

extension CampaignEntry {
    /// Reads a request's body.
    ///
    /// - Parameter stored: what it is a change of (RFC 7396); nil where it says everything.
    package static func read(
        _ body: Document, _ naming: Naming<ID<Campaign>>, over stored: [UInt8]? = nil,
        plan: AccountDeclaration.Plan? = nil
    ) throws(Mistakes) -> CampaignEntry {
        try single(body, over: stored) { members in
            let campaign = CampaignDeclaration.read(&members, naming)
            if campaign.rules.publish == .public, plan == .free {
                members.note(.rule(.publicNeedsPaidPlan), at: "publish")
            }
            return CampaignEntry(campaign: campaign, coupons: members.couponList())
        }
    }
}

extension CampaignDeclaration {
    /// Reads what `canonicalJSON` wrote.
    package static func read(stored: [UInt8]) throws(Mistakes) -> CampaignDeclaration {
        try storedSingle(stored) { CampaignDeclaration.read(&$0, .declared) }
    }
}

extension RewardRule {
    package static func read(
        _ body: Document, over stored: [UInt8]? = nil
    ) throws(Mistakes) -> RewardRule {
        let reading = DocumentReading(body, file: "body")
        var members = Members(reading.document.root, over: root(of: stored), in: reading)
        members.passOver(["id", "campaign", "position", "budget_spent"])
        let reward = RewardRule.read(members)
        guard reading.count == 0 else { throw reading.mistakes() }
        return reward
    }
}

extension ParticipantDeclaration {
    package static func read(
        _ body: Document, _ naming: Naming<Identity>, over stored: [UInt8]? = nil
    ) throws(Mistakes) -> ParticipantDeclaration {
        try single(body, over: stored) { ParticipantDeclaration.read(&$0, naming) }
    }

    package static func read(stored: [UInt8]) throws(Mistakes) -> ParticipantDeclaration {
        try storedSingle(stored) { ParticipantDeclaration.read(&$0, .declared) }
    }
}

extension SourceEntry {
    /// - Parameter needsSecret: whether none is stored and none is made, so that one must be said.
    package static func read(
        _ body: Document, _ naming: Naming<String>, over stored: [UInt8]? = nil,
        needsSecret: Bool = false
    ) throws(Mistakes) -> SourceEntry {
        try single(body, over: stored) {
            SourceEntry.read(&$0, naming, needsSecret: needsSecret)
        }
    }
}

extension SourceDeclaration {
    package static func read(stored: [UInt8]) throws(Mistakes) -> SourceDeclaration {
        try storedSingle(stored) {
            SourceEntry.read(&$0, .declared, needsSecret: false, isStored: true).source
        }
    }
}

extension WebhookEntry {
    /// - Parameter refusal: why an address may not be called, as far as its text tells; nil if it may.
    package static func read(
        _ body: Document, _ naming: Naming<String>, over stored: [UInt8]? = nil,
        refusal: (String) -> String? = { _ in nil }
    ) throws(Mistakes) -> WebhookEntry {
        try single(body, over: stored) { members in
            // It is known by its name here, and by its number in paths.
            members.passOver(["id"])
            return WebhookEntry.read(&members, naming, refusal: refusal)
        }
    }
}

extension WebhookDeclaration {
    package static func read(stored: [UInt8]) throws(Mistakes) -> WebhookDeclaration {
        try storedSingle(stored) {
            WebhookEntry.read(&$0, .declared, refusal: { _ in nil }).webhook
        }
    }
}

extension AccountDeclaration {
    package static func read(
        _ body: Document, over stored: [UInt8]? = nil
    ) throws(Mistakes) -> AccountDeclaration {
        try single(body, over: stored) { AccountDeclaration.read(&$0) }
    }
}

func single<Read>(
    _ body: Document, over stored: [UInt8]?, _ read: (inout Members) -> Read
) throws(Mistakes) -> Read {
    let reading = DocumentReading(body, file: "body")
    return try single(reading, over: root(of: stored)) { members in
        members.passOver(toldMembers)
        return read(&members)
    }
}

/// Reads a body that declares nothing: each member of it has an effect.
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

/// A stored declaration's root. What storage holds was written here, so that it is JSON.
package func root(of stored: [UInt8]?) -> Value? {
    guard let stored, let document = try? Document(parsing: stored) else { return nil }
    return document.root
}

/// What answers tell besides what can be declared: whoever sends an answer back, changed, need not take
/// these out of it.
private let toldMembers = [
    "uid", "version", "created_at", "updated_at", "archived_at", "reward_ids", "hook_path",
    "secret_hints", "credential_names", "referral_link", "joined_at", "breaker",
]
