import Declarations
import Referrals
import Workspace

/// The declarations of a scenario so far, as a database would contain them.
struct Declared: Sendable {
    private var plan: AccountDeclaration.Plan?
    private var campaigns: [CampaignNumber: [UInt8]] = [:]
    private var sources: [String: SourceEntry] = [:]
    private var webhooks: [String: [UInt8]] = [:]
    private var codes: [ReferralCode: CampaignNumber] = [:]

    func source(_ id: String) -> SourceEntry? { sources[id] }

    func hasWebhook(_ name: String) -> Bool { webhooks[name] != nil }

    var known: Known {
        let (campaigns, sources, webhooks, codes) = (campaigns, sources, webhooks, codes)
        return Known(
            plan: plan, campaign: { campaigns[$0] },
            source: { sources[$0]?.source.canonicalJSON }, webhook: { webhooks[$0] },
            campaignOfCode: { codes[$0] })
    }

    mutating func take(_ file: WorkspaceFile) {
        if let account = file.account { plan = account.plan }
        for entry in file.campaigns {
            if let id = entry.campaign.id { campaigns[id] = entry.campaign.canonicalJSON }
        }
        for entry in file.sources {
            guard let id = entry.source.id else { continue }
            // Secrets that the step does not mention stay the same.
            sources[id] = SourceEntry(
                source: entry.source, secrets: entry.secrets ?? sources[id]?.secrets)
        }
        for entry in file.webhooks { webhooks[entry.webhook.name] = entry.webhook.canonicalJSON }
        // A file's participants are checked when it is read; only participants that later steps can
        // name matter here.
        guard case .listed(let participants) = file.participants else { return }
        for participant in participants {
            if let code = participant.referralCode { codes[code] = participant.campaign }
        }
    }
}
