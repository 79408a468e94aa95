import HTTP
import Mapping
import Referrals
import Time
import Webhooks

/// A source, compiled: how its messages are verified and read.
package final class SourceSettings: Sendable {
    package let number: ID<Referrals.Source>
    package let id: String
    package let account: Int64
    package let version: Int64
    package let verifier: Verifier
    package let mapping: CompiledMapping
    package let bodyFormats: [BodyFormat]
    package let codeOf: CodeOwner
    package let campaign: ID<Campaign>?
    package let isPaused: Bool
    /// Whether the id that the mapping gives lies inside the signed bytes. Where it rests on a header that
    /// is not signed, whoever replays a delivery could change it.
    let isIDSigned: Bool
    /// Whether mapping a message again takes more of its header than its id.
    private let keepsFields: Bool

    package init(
        number: ID<Referrals.Source>, id: String, account: Int64, version: Int64,
        verifier: Verifier,
        mapping: CompiledMapping, bodyFormats: [BodyFormat], codeOf: CodeOwner,
        campaign: ID<Campaign>?, isPaused: Bool
    ) {
        self.number = number
        self.id = id
        self.account = account
        self.version = version
        self.verifier = verifier
        self.mapping = mapping
        self.bodyFormats = bodyFormats
        self.codeOf = codeOf
        self.campaign = campaign
        self.isPaused = isPaused
        if case .only(let names) = mapping.eventIDHeaderNames {
            isIDSigned = names.allSatisfy { verifier.scheme.signs(header: $0) }
        } else {
            isIDSigned = false
        }
        keepsFields = mapping.headerNames != mapping.eventIDHeaderNames
    }

    var facts: SourceFacts { SourceFacts(isPaused: isPaused, codeOf: codeOf) }
}

extension SourceSettings {
    /// Whether the source sends bodies of this media type.
    func accepts(_ contentType: ArraySlice<UInt8>?) -> Bool {
        guard let contentType, let format = BodyFormat(contentType: contentType) else {
            return false
        }
        return bodyFormats.contains(format)
    }

    /// What is to be kept of a message's header for it to be mapped again: `name: value` a line. The id
    /// itself is kept anyway.
    func keptFields(_ fields: Fields) -> String? {
        guard keepsFields else { return nil }
        let names = mapping.headerNames
        var lines: [String] = []
        fields.forEach { name, value in
            let name = String(decoding: name, as: UTF8.self)
            guard names.contains(name) else { return }
            lines.append(name + ": " + String(decoding: value, as: UTF8.self))
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// The fields again, with the id in those it rests on.
    func fields(kept: String?, eventID: String) -> Fields {
        var fields = Fields()
        for line in kept?.split(separator: "\n") ?? [] {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields.append(
                String(line[..<colon]), String(line[colon...].dropFirst(2)))
        }
        guard case .only(let names) = mapping.eventIDHeaderNames else { return fields }
        for name in names where fields.first(name) == nil { fields.append(name, eventID) }
        return fields
    }
}
