import Declarations
import Time
import Webhooks

/// The header fields that sign a message, valid or with a chosen kind of error.
struct Signature {
    private let entry: SourceEntry
    private let making: PartnerMessage.Making

    init(_ entry: SourceEntry, _ making: PartnerMessage.Making) {
        self.entry = entry
        self.making = making
    }

    mutating func fields(
        id: String, body: [UInt8]
    ) throws(PartnerMessage.Failure) -> [(name: String, value: String)] {
        let source = entry.source
        let scheme: Scheme
        let signer: Signer
        do throws(ConfigurationError) {
            scheme = try source.makeScheme()
            signer = try Signer(scheme, secrets: secrets(of: scheme), url: source.url)
        } catch {
            throw .source(source.id ?? "", error)
        }
        do throws(Signer.Failure) {
            var fields = try signer.sign(id: id, at: making.time, body: body)
            switch making.tampering {
            case .signature: fields = Self.bent(fields, scheme)
            case .timestamp:
                let later = try signer.sign(id: id, at: making.time + .seconds(1), body: body)
                fields = Self.moved(fields, to: later, scheme)
            case .body, .secret, nil: break
            }
            return fields
        } catch {
            throw .signing(source.id ?? "", error)
        }
    }

    private func secrets(of scheme: Scheme) -> [SecretSpec] {
        var secrets = making.secret.map { [SecretSpec($0)] } ?? entry.secrets ?? []
        switch making.tampering {
        case .secret: return secrets.first.map { [SecretSpec(Self.other($0.secret))] } ?? []
        // With a second, valid signature, a wrong one would prove nothing.
        case .signature, .timestamp: secrets = Array(secrets.prefix(1))
        case .body, nil: break
        }
        return secrets
    }

    /// Returns a different secret of the same format.
    private static func other(_ secret: String) -> String {
        replacing(secret, at: secret.utf8.count / 2)
    }

    private static func replacing(_ text: String, at index: Int) -> String {
        var bytes = Array(text.utf8)
        guard bytes.indices.contains(index) else { return text }
        // Both letters are hexadecimal digits as well as letters of base64.
        bytes[index] = bytes[index] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns the signature with one letter changed.
    private static func bent(
        _ fields: [(name: String, value: String)], _ scheme: Scheme
    ) -> [(name: String, value: String)] {
        let header = scheme.proofHeader
        return fields.map { field in
            guard field.name == header else { return field }
            // Well before the end, where base64 has unused bits.
            return (field.name, replacing(field.value, at: field.value.utf8.count - 10))
        }
    }

    /// Returns the signature of one time beside a different time.
    private static func moved(
        _ fields: [(name: String, value: String)],
        to later: [(name: String, value: String)], _ scheme: Scheme
    ) -> [(name: String, value: String)] {
        guard case .signature(let signing) = scheme.evidence else { return fields }
        var fields = fields
        for (index, other) in zip(fields.indices, later) {
            switch signing.time?.place {
            case .header(let name) where fields[index].name == name:
                fields[index].value = other.value
            case .member(let name) where fields[index].name == signing.header:
                guard case .members(let separator) = signing.layout else { continue }
                let between = Character(Unicode.Scalar(separator))
                let members = fields[index].value.split(separator: between)
                let time = other.value.split(separator: between).first {
                    $0.hasPrefix("\(name)=")
                }
                fields[index].value = members.map { member in
                    member.hasPrefix("\(name)=") ? time ?? member : member
                }.joined(separator: String(between))
            default: continue
            }
        }
        return fields
    }
}

extension Scheme {
    fileprivate var proofHeader: String? {
        switch evidence {
        case .signature(let signing): signing.header
        case .token(let header, _): header
        case .address: nil
        }
    }
}
