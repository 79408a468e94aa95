import Crypto
import HTTP

/// How the signed text of one version is put together, prepared once: URL and literals are bytes,
/// names are ready to be looked up.
struct MessagePlan: Sendable {
    /// A piece that stands somewhere in the delivery under a name.
    private enum Lookup: Sendable {
        case header(HeaderNames.Name)
        case member([UInt8])
        case headersListed(member: [UInt8], separator: [UInt8])
    }

    private let parts: [SignedMessage.Part]
    private let lookups: [Lookup]
    /// Between the members of the signature header.
    private let memberSeparator: UInt8

    init(_ message: [Signing.Part], layout: Signing.Layout, url: String?) {
        memberSeparator = if case .members(let separator) = layout { separator } else { 0x2C }
        var lookups: [Lookup] = []
        func lookup(_ one: Lookup) -> SignedMessage.Part {
            lookups.append(one)
            return .lookup(lookups.count - 1)
        }
        parts = message.map { part in
            switch part {
            case .literal(let text): .literal(Array(text.utf8))
            case .id: .id
            case .timestamp: .timestamp
            case .body: .body
            case .method: .method
            case .url(let decoding): .literal(Self.decode(decoding, in: url ?? ""))
            case .header(let name): lookup(.header(HeaderNames.Name(name)))
            case .member(let name): lookup(.member(Array(name.utf8)))
            case .headersListed(let name, let separator):
                lookup(
                    .headersListed(member: Array(name.utf8), separator: Array(separator.utf8)))
            }
        }
        self.lookups = lookups
    }

    /// Finds this version's pieces in a delivery. Throws `headerMissing` for a header that is
    /// signed and does not stand there exactly once, `signatureMalformed` for such a member.
    func find(
        in fields: Fields, signature: ArraySlice<UInt8>, id: ArraySlice<UInt8>,
        timestamp: ArraySlice<UInt8>, method: String
    ) throws(Refusal) -> SignedMessage {
        var message = SignedMessage(parts: parts, id: id, timestamp: timestamp, method: method)
        for lookup in lookups {
            switch lookup {
            case .header(let name):
                message.found.append(try Self.value(of: name, in: fields))
            case .member(let name):
                message.found.append(try member(name, of: signature))
            case .headersListed(let list, let separator):
                let names = try member(list, of: signature)
                message.found.append(
                    try Self.values(listed: names, separator: separator, in: fields))
            }
        }
        return message
    }

    private static func value(
        of name: HeaderNames.Name, in fields: Fields
    ) throws(Refusal) -> ArraySlice<UInt8> {
        let values = fields.all(String(decoding: name.lowercased, as: UTF8.self))
        guard values.count == 1 else { throw .headerMissing(name.text) }
        return values[0]
    }

    private func member(
        _ name: [UInt8], of signature: ArraySlice<UInt8>
    ) throws(Refusal) -> ArraySlice<UInt8> {
        var found: ArraySlice<UInt8>?
        for piece in Pieces(of: signature, separator: memberSeparator) {
            let text = signature[piece]
            guard text.starts(with: name), text.dropFirst(name.count).first == UInt8(ascii: "=")
            else { continue }
            // Which of two was signed must not be guessed.
            guard found == nil else { throw .signatureMalformed }
            found = text.dropFirst(name.count + 1)
        }
        guard let found else { throw .signatureMalformed }
        return found
    }

    private static func values(
        listed names: ArraySlice<UInt8>, separator: [UInt8], in fields: Fields
    ) throws(Refusal) -> ArraySlice<UInt8> {
        var joined: [UInt8] = []
        for (position, piece) in Pieces(of: names, separator: UInt8(ascii: " ")).enumerated() {
            guard position < Candidates.limit else { throw .signatureMalformed }
            let name = HeaderNames.Name(String(decoding: names[piece], as: UTF8.self))
            if position > 0 { joined.append(contentsOf: separator) }
            joined.append(contentsOf: try value(of: name, in: fields))
        }
        return joined[...]
    }

    /// Undoes percent-encoding for some characters only, as HubSpot asks; hex digits in either case.
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
