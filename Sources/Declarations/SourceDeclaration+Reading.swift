import JSON
import Mapping
import Reading
import Referrals
import Webhooks

extension SourceEntry {
    /// The members that a preset sets: another preset resets them.
    private static let presetMembers = [
        "scheme", "signature", "code_of", "each", "filter", "mapping", "on_unmapped",
    ]

    /// Reads a source.
    ///
    /// - Parameters:
    ///   - needsSecret: true if no secret is stored or generated, so that the text must have one.
    ///   - isStored: true for text that `canonicalJSON` wrote. It contains the preset's fields of
    ///     that time; fields added to the preset since are not part of it.
    package static func read(
        _ members: inout Members, _ naming: Naming<String>, needsSecret: Bool,
        isStored: Bool = false, _ check: ExpressionCheck = ExpressionCheck()
    ) -> SourceEntry {
        let before = members.reading.count
        let preset = readPreset(&members)
        let isPresetKnown = members.reading.count == before
        var source = SourceDeclaration(name: "", preset: preset?.name, scheme: "")
        source.id = members.name("id", naming, as: readSourceID)
        if source.id == SourceDeclaration.builtInID, !isStored, members.says("id") {
            members.note(.rule(.builtInSource), at: "id")
        }
        source.name = members.text("name") ?? source.id ?? ""
        let scheme = source.readScheme(&members, preset)
        SourceDeclaration.tolerance.read(&members, into: &source)
        source.codeOf = members.choice("code_of") ?? preset?.codeOf ?? source.codeOf
        SourceDeclaration.campaign.read(&members, into: &source)
        SourceDeclaration.url.read(&members, into: &source)
        SourceDeclaration.status.read(&members, into: &source)
        // A stored mapping is complete. Fields added to its preset since would change the meaning
        // of its events.
        let isWhole = isStored || members.baseMember("mapping") != nil
        source.mapping = isWhole ? MappingText() : preset?.mapping ?? MappingText()
        members.takeMapping(into: &source.mapping)
        // With an unknown preset the mapping is incomplete, and its mistakes would be misleading.
        if isPresetKnown { members.checkMapping(source.mapping, check) }
        if let scheme { source.check(scheme, &members) }
        let secrets = members.secrets(scheme, needsOne: needsSecret)
        return SourceEntry(source: source, secrets: secrets)
    }

    private static func readPreset(_ members: inout Members) -> Preset? {
        let preset = members.text("preset") { text throws(Fault) in
            guard let preset = Preset.named(text) else {
                throw .notAmong(text, choices: Preset.all.map(\.name))
            }
            return preset
        }
        if members.says("preset"), preset?.name != members.baseMember("preset")?.string {
            members.forgetBase(presetMembers)
        }
        return preset
    }
}

extension SourceDeclaration {
    /// Reads the scheme with its settings; nil if they have a mistake.
    fileprivate mutating func readScheme(_ members: inout Members, _ preset: Preset?) -> Scheme? {
        let isSaid = members.member("scheme") != nil
        let said = members.text("scheme") { text throws(Fault) in
            guard Scheme.named[text] != nil else {
                throw .notAmong(text, choices: Scheme.named.keys.sorted())
            }
            return text
        }
        let settings = members.settings("signature")
        guard let name = said ?? (isSaid ? nil : preset?.scheme) else {
            if !isSaid, !members.says("preset") {
                members.note(.rule(.schemeNeeded), at: "scheme")
            }
            return nil
        }
        scheme = name
        let usual = preset?.scheme == name ? preset?.signature?.members : nil
        signature = (usual ?? [:]).merging(settings ?? [:]) { $1 }.compactMapValues { $0 }
        let isPlain = settings == nil && signature.isEmpty
        return members.scheme(name, isPlain ? nil : signature)
    }

    fileprivate func check(_ scheme: Scheme, _ members: inout Members) {
        if scheme.needsURL, members.member("url") == nil {
            members.note(.scheme(.urlMissing), at: "url")
        }
        // For this scheme the id is the only secret, so it must not be guessable.
        if scheme.evidence == .address, let id, !isRandom(id) {
            members.note(.malformed(.randomSourceID, id), at: "id")
        }
    }

    private func isRandom(_ id: String) -> Bool {
        guard id.hasPrefix("src_") else { return false }
        let random = id.utf8.dropFirst(4)
        // Twenty-two characters drawn from 62 almost always have at least ten distinct ones.
        return random.count == 22 && random.allSatisfy(isAlphanumeric) && Set(random).count >= 10
    }
}

extension Members {
    /// Reads the settings of a scheme, texts or null; nil if the member is absent.
    fileprivate mutating func settings(_ name: String) -> [String: String?]? {
        var settings: [String: String?]?
        for (_, value) in [baseMember(name), object?[name]].enumerated() {
            guard let value, !value.isNull else { continue }
            guard value.kind == .object else {
                reading.note(
                    .wrongType(found: JSONType(value.kind), expected: [.object]), at: value)
                continue
            }
            for (key, setting) in value.members {
                guard setting.isNull || setting.kind == .string else {
                    reading.note(
                        .wrongType(found: JSONType(setting.kind), expected: [.text]), at: setting)
                    continue
                }
                settings = settings ?? [:]
                settings?[key.string] = .some(setting.string)
            }
            settings = settings ?? [:]
        }
        _ = member(name)
        return settings
    }

    /// Creates a scheme, or notes the mistake of each setting: a refused setting is left out of the
    /// next attempt.
    fileprivate func scheme(_ name: String, _ settings: [String: String]?) -> Scheme? {
        var settings = settings
        var isWhole = true
        while true {
            do throws(ConfigurationError) {
                let scheme = try Scheme(named: name, signature: settings)
                return isWhole ? scheme : nil
            } catch {
                isWhole = false
                guard case .signature(let setting) = error.place,
                    let place = object?["signature"]?[setting],
                    settings?.removeValue(forKey: setting) != nil
                else {
                    note(.scheme(error.reason), at: "signature")
                    return nil
                }
                reading.note(.scheme(error.reason), at: place)
            }
        }
    }
}

extension Preset.Signature {
    /// The settings in the form of a source's members.
    var members: [String: String?] {
        ["header": header, "digest": digest, "encoding": encoding, "prefix": prefix]
    }
}
