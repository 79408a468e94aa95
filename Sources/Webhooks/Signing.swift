import Crypto

/// The places of a scheme's signature, time and id, and the text that the signature covers.
package struct Signing: Equatable, Sendable {
    /// The header that carries the signatures.
    package var header: String
    /// The layout of the signatures in their header.
    package var layout: Layout
    /// The encoding of a signature.
    package var encoding: Encoding
    /// The accepted versions, strongest first: if a sender offers several, a right weak signature
    /// does not make up for a wrong strong one.
    package var versions: [Version]
    /// Tags that the sender is known to write and that prove nothing.
    package var retiredTags: [String]
    /// The source of the time. Nil if the scheme carries none: a recorded delivery can then be
    /// replayed for ever, and only its identity prevents it.
    package var time: TimeSource?
    /// The header with the sender's own id of the message.
    package var id: String?

    package init(
        header: String, layout: Layout, encoding: Encoding, versions: [Version],
        retiredTags: [String] = [], time: TimeSource? = nil, id: String? = nil
    ) {
        self.header = header
        self.layout = layout
        self.encoding = encoding
        self.versions = versions
        self.retiredTags = retiredTags
        self.time = time
        self.id = id
    }

    /// The layout of the signatures in their header.
    package enum Layout: Equatable, Sendable {
        /// The whole value after a prefix; with a separator, several values after it.
        case whole(prefix: String, prefixRequired: Bool, separator: UInt8?)
        /// `key=value` members between separators; a version's tag is its key.
        case members(separator: UInt8)
        /// `tag,value` items between single spaces, as Standard Webhooks has them.
        case taggedItems

        /// The whole value and nothing else.
        package static let bare = Layout.whole(prefix: "", prefixRequired: false, separator: nil)
    }

    /// The encoding of a signature.
    package enum Encoding: String, Equatable, Sendable, CaseIterable {
        case hex, base64
    }

    /// One way to sign that a scheme accepts.
    package struct Version: Equatable, Sendable {
        /// Nil if the layout has no tags.
        package var tag: String?
        /// The form of the secret that gives the key.
        package var secret: SecretForm
        /// The algorithm of the signature.
        package var algorithm: Algorithm
        /// The signed text, in pieces.
        package var message: [Part]

        package init(
            tag: String? = nil, secret: SecretForm, algorithm: Algorithm, message: [Part]
        ) {
            self.tag = tag
            self.secret = secret
            self.algorithm = algorithm
            self.message = message
        }
    }

    /// An algorithm of signatures.
    package enum Algorithm: Equatable, Sendable {
        case hmac(Digest)
        case ed25519
        case ecdsaP256
    }

    /// The conversion of a secret's text into a key.
    package enum SecretForm: Equatable, Sendable {
        /// The text's UTF-8 bytes, any prefix included.
        case text
        /// Base64, with or without the prefix `whsec_`.
        case base64
        /// `whpk_` and a base64 public key, or `whsk_` and a base64 private key.
        case ed25519
        /// A base64 SubjectPublicKeyInfo, or to sign with, a base64 PKCS #8 private key.
        case publicKeyInfo
    }

    /// A piece of the signed text.
    package enum Part: Equatable, Sendable {
        case literal(String)
        case id
        case timestamp
        case body
        case method
        /// The source's configured public URL (never one from a request), with the given
        /// percent-encoded characters decoded.
        case url(decoding: String)
        case header(String)
        /// The text of another member of the signature header.
        case member(String)
        /// The values of the headers whose names a member of the signature header lists, separated
        /// by spaces.
        case headersListed(in: String, joinedBy: String)
    }

    /// The place and the unit of the signed time.
    package struct TimeSource: Equatable, Sendable {
        /// The place of the signed time.
        package enum Place: Equatable, Sendable {
            case header(String)
            /// A member of the signature header.
            case member(String)
        }

        /// The unit of the signed time; raw values are those of a source's settings.
        package enum Unit: String, Equatable, Sendable, CaseIterable {
            case seconds = "s"
            case milliseconds = "ms"
            case iso8601
        }

        package var place: Place
        package var unit: Unit

        package init(_ place: Place, _ unit: Unit) {
            self.place = place
            self.unit = unit
        }

        var header: String? {
            if case .header(let name) = place { name } else { nil }
        }
    }
}

extension Signing {
    /// True if every version's signature covers the id.
    var signsID: Bool { versions.allSatisfy { $0.message.contains(.id) } }

    /// The characters next to the id in the signed text of any version.
    var idBorders: [UInt8] {
        var borders: [UInt8] = []
        for message in versions.map(\.message) {
            for (index, part) in message.enumerated() where part == .id {
                if index > 0, case .literal(let text) = message[index - 1] {
                    borders.append(contentsOf: text.utf8.suffix(1))
                }
                if index + 1 < message.count, case .literal(let text) = message[index + 1] {
                    borders.append(contentsOf: text.utf8.prefix(1))
                }
            }
        }
        return borders
    }
}
