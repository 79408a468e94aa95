import Crypto
import HTTP

/// The plan for assembling the signed text of one version, prepared once: URL and literals are
/// bytes, and names are ready to be searched for.
final class MessagePlan: Sendable {
    /// A piece of the text; it holds no reference, so that iterating costs no retain.
    enum Part: Equatable, Sendable {
        /// A range of `literals`.
        case literal(Int32, Int32)
        case id
        case timestamp
        case body
        case method
        /// The value that the delivery has under the name with this number.
        case lookup(Int32)
    }

    /// A piece that the delivery has under a name.
    private enum Lookup: Sendable {
        case header(HeaderNames.Name)
        case member([UInt8])
        case headersListed(member: [UInt8], separator: [UInt8])
    }

    let parts: [Part]
    let literals: [UInt8]
    private let lookups: [Lookup]
    /// The separator of the signature header's members.
    private let memberSeparator: UInt8

    init(_ message: [Signing.Part], layout: Signing.Layout, url: String?) {
        memberSeparator = if case .members(let separator) = layout { separator } else { 0x2C }
        var literals: [UInt8] = []
        var lookups: [Lookup] = []
        func literal(_ bytes: [UInt8]) -> Part {
            literals.append(contentsOf: bytes)
            return .literal(Int32(literals.count - bytes.count), Int32(literals.count))
        }
        func lookup(_ one: Lookup) -> Part {
            lookups.append(one)
            return .lookup(Int32(lookups.count - 1))
        }
        parts = message.map { part in
            switch part {
            case .literal(let text): literal(Array(text.utf8))
            case .id: .id
            case .timestamp: .timestamp
            case .body: .body
            case .method: .method
            case .url(let decoding): literal(Self.decode(decoding, in: url ?? ""))
            case .header(let name): lookup(.header(HeaderNames.Name(name)))
            case .member(let name): lookup(.member(Array(name.utf8)))
            case .headersListed(let name, let separator):
                lookup(
                    .headersListed(member: Array(name.utf8), separator: Array(separator.utf8)))
            }
        }
        self.literals = literals
        self.lookups = lookups
    }

    /// Copies the values that a delivery has under this plan's names; few schemes use any. Throws
    /// `headerMissing` for a header that does not occur exactly once, `signatureMalformed` for such
    /// a member.
    func find(in fields: Fields, signature: Range<Int>) throws(Refusal) -> [[UInt8]] {
        guard !lookups.isEmpty else { return [] }
        var found: [[UInt8]] = []
        for lookup in lookups {
            switch lookup {
            case .header(let name):
                found.append(try Self.value(of: name, in: fields))
            case .member(let name):
                found.append(try member(name, of: fields.bytes[signature]))
            case .headersListed(let list, let separator):
                let names = try member(list, of: fields.bytes[signature])
                found.append(try Self.values(listed: names, separator: separator, in: fields))
            }
        }
        return found
    }

    private static func value(
        of name: HeaderNames.Name, in fields: Fields
    ) throws(Refusal) -> [UInt8] {
        // An empty value is signed as such; with two, the signed one would have to be guessed.
        guard case .once(let place) = fields.occurrence(of: name.lowercased) else {
            throw .headerMissing(name.text)
        }
        return Array(fields.bytes[place])
    }

    private func member(
        _ name: [UInt8], of signature: ArraySlice<UInt8>
    ) throws(Refusal) -> [UInt8] {
        let start = name + [UInt8(ascii: "=")]
        let members = signature.split(
            separator: memberSeparator, omittingEmptySubsequences: false
        ).filter { $0.starts(with: start) }
        // With two members, the signed one would have to be guessed.
        guard members.count == 1 else { throw .signatureMalformed }
        return Array(members[0].dropFirst(start.count))
    }

    private static func values(
        listed names: [UInt8], separator: [UInt8], in fields: Fields
    ) throws(Refusal) -> [UInt8] {
        let names = names.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard names.count <= Candidates.limit else { throw .signatureMalformed }
        var values: [[UInt8]] = []
        for name in names {
            values.append(
                try value(
                    of: HeaderNames.Name(String(decoding: name, as: UTF8.self)), in: fields))
        }
        return Array(values.joined(separator: separator))
    }

    /// Decodes percent-encodings of some characters only, as HubSpot requires; hex digits in either
    /// case.
    private static func decode(_ characters: String, in url: String) -> [UInt8] {
        let bytes = Array(url.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = Hex.decode(
                    String(decoding: bytes[index + 1...index + 2], as: UTF8.self)),
                characters.utf8.contains(value[0])
            {
                decoded.append(value[0])
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return decoded
    }
}
