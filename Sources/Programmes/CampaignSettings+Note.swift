import Ledger
import Outbound
import Referrals

extension CampaignSettings {
    /// The facts of the campaign that notifications contain.
    package var note: CampaignNote {
        CampaignNote(
            name: version.rules.name, linkBase: version.rules.linkBase,
            kinds: Dictionary(
                version.rewards.map { ($0.id, $0.kind) }, uniquingKeysWith: { $1 }),
            uid: uid)
    }
}
