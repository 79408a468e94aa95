import Crypto
import Database
import Declarations
import Storage
import Transport
import Webhooks

extension Application {
    /// A source or a webhook that may be stored as declared.
    struct Examined<Row> {
        /// The stored row, if there is one.
        var known: Row?
        /// A source's id, a webhook's name.
        var name: String
        var document: String
        var sealed: Sealed
        var change: Catalog.Change
    }

    /// Finds out the effect of storing a source; throws if it cannot be stored.
    func examine(_ entry: SourceEntry) throws -> Examined<Catalog.SourceRow> {
        var source = entry.source
        let id = source.id ?? SourceName.generate(randomName)
        source.id = id
        report.sourceIDs.append(SourceName.stored(id, of: account))
        let known = try store.catalog.source(id, of: account)
        let sealed = try secrets(
            of: entry, id: id, storedID: SourceName.stored(id, of: account), known)
        let document = String(decoding: source.canonicalJSON, as: UTF8.self)
        return Examined(
            known: known, name: id, document: document, sealed: sealed,
            change: Catalog.change(
                of: known, to: document, secretsChanged: sealed.isChanged))
    }

    package func declare(_ entry: SourceEntry) throws {
        let source = try examine(entry)
        let change = try store.catalog.put(
            source: source.name, account: account, document: source.document,
            secrets: source.sealed.bytes, secretsChanged: source.sealed.isChanged, at: now)
        if source.sealed.isResealed, let known = source.known, let bytes = source.sealed.bytes {
            try store.catalog.reseal(source: known.number, bytes)
        }
        report.sources.count(change)
    }

    /// Returns the change that storing a webhook would make, or throws if the webhook cannot be stored.
    ///
    /// - Parameter added: the webhooks before it in the same file that are new and not yet stored.
    func examine(
        _ entry: WebhookEntry, after added: Int = 0
    ) throws -> Examined<Catalog.WebhookRow> {
        let name = entry.webhook.name
        let known = try store.catalog.webhook(named: name, of: account)
        if known == nil {
            let number = try store.catalog.lastWebhook() + Int64(added) + 1
            guard number <= DeliveryNumber.highestWebhook else {
                throw Failure.tooManyWebhooks(webhook: name)
            }
        }
        let sealed = try secrets(of: entry, known)
        let document = String(decoding: entry.webhook.canonicalJSON, as: UTF8.self)
        return Examined(
            known: known, name: name, document: document, sealed: sealed,
            change: Catalog.change(
                of: known, to: document, secretsChanged: sealed.isChanged))
    }

    package func declare(_ entry: WebhookEntry) throws {
        let webhook = try examine(entry)
        let change = try store.catalog.put(
            webhook: webhook.name, account: account, document: webhook.document,
            secrets: webhook.sealed.bytes, secretsChanged: webhook.sealed.isChanged, at: now)
        if webhook.sealed.isResealed, let known = webhook.known,
            let bytes = webhook.sealed.bytes
        {
            try store.catalog.reseal(webhook: known.id, bytes)
        }
        report.webhooks.count(change)
    }

    /// The sealed secrets to be stored.
    struct Sealed {
        var bytes: [UInt8]?
        /// True if the secrets themselves have changed.
        var isChanged = false
        /// True if only notes beside the same secrets have changed.
        var isResealed = false
    }

    private func secrets(
        of entry: SourceEntry, id: String, storedID: String, _ known: Catalog.SourceRow?
    ) throws -> Sealed {
        let before = known?.secrets.flatMap {
            try? SourceSecrets(opening: $0, of: storedID, with: box)
        }
        guard let declared = entry.secrets else {
            if known?.secrets != nil, before == nil { report.unusable.append("source \(id)") }
            return Sealed(bytes: known?.secrets)
        }
        let merge = try merge(declared, before?.secrets, before?.declared, of: "source \(id)")
        let after = SourceSecrets(secrets: merge.secrets, declared: merge.declared)
        guard after != before else { return Sealed(bytes: known?.secrets) }
        let bytes = try seal(after.sealable, for: SealedPlace.source(storedID))
        let isChanged = after.secrets != before?.secrets
        return Sealed(bytes: bytes, isChanged: isChanged, isResealed: !isChanged)
    }

    private func secrets(
        of entry: WebhookEntry, _ known: Catalog.WebhookRow?
    ) throws -> Sealed {
        let name = entry.webhook.name
        let before = known?.secrets.flatMap {
            try? WebhookSecrets(opening: $0, of: name, with: box)
        }
        if known?.secrets != nil, before == nil, entry.secrets.secrets == nil {
            report.unusable.append("webhook \(name)")
            return Sealed(bytes: known?.secrets)
        }
        var after = before ?? WebhookSecrets()
        if let declared = entry.secrets.secrets {
            let merge = try merge(
                declared, before?.secrets, before?.declared, of: "webhook \(name)")
            after.secrets = merge.secrets
            after.declared = merge.declared
        }
        if after.secrets?.isEmpty ?? true {
            let secret = "whsec_" + Base64.encode(SecureRandom.bytes(32))
            after.secrets = [SecretSpec(secret)]
            report.madeSecrets.append(MadeSecret(webhook: name, secret: secret))
        }
        try checkCredentials(entry, known, before)
        after.credentials = entry.secrets.credentials ?? before?.credentials
        guard after != before else { return Sealed(bytes: known?.secrets) }
        let bytes = try seal(after.sealable, for: SealedPlace.webhook(name))
        let isChanged =
            after.secrets != before?.secrets || after.credentials != before?.credentials
        return Sealed(bytes: bytes, isChanged: isChanged, isResealed: !isChanged)
    }

    private func merge(
        _ declared: [SecretSpec], _ stored: [SecretSpec]?, _ last: SecretDigest?, of what: String
    ) throws -> SecretMerge {
        let merge = try SecretMerge(
            declared: declared, stored: stored ?? [], last: last, secretPolicy, at: now)
        if merge.keepsRotated { report.keptSecrets.append(what) }
        return merge
    }

    /// Credentials are sent only to the address for which they were supplied. A client that may
    /// change the address cannot read them, and must not have them sent elsewhere.
    private func checkCredentials(
        _ entry: WebhookEntry, _ known: Catalog.WebhookRow?, _ before: WebhookSecrets?
    ) throws {
        guard entry.secrets.credentials == nil, before?.credentials?.isEmpty == false, let known,
            let old = try? WebhookDeclaration.read(stored: Array(known.document.utf8))
        else { return }
        guard Self.origin(of: old.url) != Self.origin(of: entry.webhook.url) else { return }
        throw Failure.credentialsNeeded(webhook: entry.webhook.name)
    }

    /// Scheme, host and port; the whole text of an address that cannot be read.
    private static func origin(of url: String) -> String {
        guard let destination = try? Transport.Destination(url) else { return url }
        return "\(destination.isSecure ? "https" : "http")://\(destination.authority)"
    }

    private func seal(_ plain: [UInt8], for place: String) throws -> [UInt8] {
        try box.seal(plain, for: place)
    }
}

extension SourceSecrets {
    init(
        opening sealed: [UInt8], of id: String, with box: SecretBox
    ) throws(SecretBox.Failure) {
        let opened = try box.open(sealed, for: SealedPlace.source(id))
        guard let secrets = SourceSecrets(sealable: opened) else { throw .notOurs }
        self = secrets
    }
}

extension WebhookSecrets {
    init(
        opening sealed: [UInt8], of name: String, with box: SecretBox
    ) throws(SecretBox.Failure) {
        let opened = try box.open(sealed, for: SealedPlace.webhook(name))
        guard let secrets = WebhookSecrets(sealable: opened) else { throw .notOurs }
        self = secrets
    }
}
