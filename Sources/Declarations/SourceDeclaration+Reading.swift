import JSON
import Mapping
import Reading
import Referrals
import Webhooks

extension SourceEntry {
    /// What a preset fills in: another preset unsays what was there.
    private static let presetMembers = [
        "scheme", "signature", "code_of", "each", "filter", "mapping", "on_unmapped",
    ]

    /// - Parameters:
    ///   - needsSecret: whether none is stored and none is made, so that one must be said.
    ///   - isStored: whether the text is what `canonicalJSON` wrote. It holds what the preset said then; a field
    ///     that the preset has gained since is not part of it.
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
        // A stored mapping is whole. What its preset has gained since would change what its events mean.
        let isWhole = isStored || members.baseMember("mapping") != nil
        source.mapping = isWhole ? MappingText() : preset?.mapping ?? MappingText()
        members.takeMapping(into: &source.mapping)
        // Without its preset a mapping lacks what it would have had from it.
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
    /// The scheme with its settings; nil where they have a mistake.
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
        // The id is all that such a scheme has, so that it must not be guessed.
        if scheme.evidence == .address, let id, !isRandom(id) {
            members.note(.malformed(.randomSourceID, id), at: "id")
        }
    }

    private func isRandom(_ id: String) -> Bool {
        guard id.hasPrefix("src_") else { return false }
        let random = id.utf8.dropFirst(4)
        // Twenty-two characters drawn from 62 are nearly never of fewer than ten kinds.
        return random.count == 22 && random.allSatisfy(isAlphanumeric) && Set(random).count >= 10
    }
}

extension Members {
    /// A scheme's settings, texts or null; nil where nothing is said of them.
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

    /// Makes a scheme, or notes what is wrong with each of its settings: one that is refused is left out
    /// of the next try.
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
    /// As a source would declare them.
    var members: [String: String?] {
        ["header": header, "digest": digest, "encoding": encoding, "prefix": prefix]
    }
}
