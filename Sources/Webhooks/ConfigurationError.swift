import Crypto

/// The reason why a scheme cannot be used with its settings and secrets, and the setting at
/// reason.
package struct ConfigurationError: Error, Equatable, Sendable {
    /// The setting at reason.
    package let place: Place
    /// The mistake in that setting.
    package let reason: Reason

    package init(_ place: Place, _ reason: Reason) {
        self.place = place
        self.reason = reason
    }

    /// A setting of a source.
    package enum Place: Equatable, Sendable {
        case scheme
        case secrets
        case secret(index: Int)
        case tolerance
        case url
        /// A member of the `signature` settings; empty for the settings as a whole.
        case signature(String)
    }

    /// A mistake in a setting.
    package enum Reason: Equatable, Sendable {
        case unknownScheme(String)
        case settingUnknown(known: [String])
        case settingsUnused(scheme: String)
        /// The setting has no effect without the other.
        case needs(String)
        /// The setting has no effect together with the other.
        case excludes(String)
        case separatorMalformed
        case noSecret
        case secretUnused
        case secretEmpty
        case secretUndecodable
        case secretTooShort(bytes: Int, minimum: Int)
        case secretSurroundedBySpace
        case keyMalformed
        case privateKeyMissing
        case signingUnsupported
        case toleranceOutOfRange(ClosedRange<Int>)
        case urlMissing
        case urlMalformed
        case unknownChoice(String, choices: [String])
        case headerNameMalformed
        case templateUnclosed(offset: Int)
        case templateUnknown(String, offset: Int)
        case templateWithoutBody
        case library(CryptoError)
    }
}

extension ConfigurationError {
    /// The setting as a JSON pointer (RFC 6901) relative to the source.
    package var pointer: String {
        switch place {
        case .scheme: "/scheme"
        case .secrets: "/secrets"
        case .secret(let index): "/secrets/\(index)"
        case .tolerance: "/tolerance"
        case .url: "/url"
        case .signature(let member): member.isEmpty ? "/signature" : "/signature/\(member)"
        }
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// The pointer and the mistake.
    package var description: String { "\(pointer): \(reason)" }
}

extension ConfigurationError.Reason: CustomStringConvertible {
    /// The mistake in words, for the author of the configuration; never contains a secret.
    package var description: String {
        switch self {
        case .unknownScheme(let name): "no signature scheme is called \"\(name)\""
        case .settingUnknown(let known):
            "unknown setting; the settings are \(known.joined(separator: ", "))"
        case .settingsUnused(let scheme): "scheme \"\(scheme)\" has no settings"
        case .needs(let other): "this has no effect without \(other)"
        case .excludes(let other): "this has no effect together with \(other)"
        case .separatorMalformed: "a separator is one visible ASCII character other than ="
        case .noSecret: "this scheme needs at least one secret"
        case .secretUnused: "this scheme does not use secrets"
        case .secretEmpty: "the secret is empty"
        case .secretUndecodable: "the secret is not base64 in the standard alphabet"
        case .secretTooShort(let bytes, let minimum):
            "the secret has \(bytes) bytes; at least \(minimum) are needed"
        case .secretSurroundedBySpace:
            "the secret begins or ends with white space or an invisible character"
        case .keyMalformed: "the secret is not a key of the kind that this scheme uses"
        case .privateKeyMissing: "a public key cannot sign"
        case .signingUnsupported:
            "refgate can verify deliveries of this scheme, but cannot make them"
        case .toleranceOutOfRange(let range):
            "the tolerance must be between \(range.lowerBound) and \(range.upperBound) seconds"
        case .urlMissing: "this scheme signs the source's public URL, which is missing"
        case .urlMalformed: "the URL must be absolute and consist of visible ASCII characters"
        case .unknownChoice(let given, let choices):
            "\"\(given)\" is not one of \(choices.joined(separator: ", "))"
        case .headerNameMalformed: "this is not a valid header name"
        case .templateUnclosed(let offset): "the brace at byte \(offset) has no matching brace"
        case .templateUnknown(let name, let offset):
            "\"{\(name)}\" at byte \(offset) is not a known name"
        case .templateWithoutBody: "the template must contain {body}"
        case .library(let error): error.description
        }
    }
}

extension ConfigurationError.Reason {
    /// The correction, as a sentence.
    package var remedy: String {
        switch self {
        case .unknownScheme:
            "Choose one of \(Scheme.named.keys.sorted().joined(separator: ", "))."
        case .unknownChoice: "Choose one of them."
        case .settingUnknown, .settingsUnused, .needs, .excludes, .secretUnused: "Leave it out."
        case .separatorMalformed: "Use a comma, for example."
        case .noSecret: "Set \"secrets\" to a list with the secret that the sender signs with."
        case .secretEmpty, .secretUndecodable, .keyMalformed:
            "Copy the whole secret from the sender."
        case .secretTooShort: "Use a longer, random secret."
        case .secretSurroundedBySpace: "Remove it."
        case .privateKeyMissing: "Sign with the private key."
        case .signingUnsupported: "Send a delivery from the sender itself."
        case .toleranceOutOfRange: "Choose a number within these bounds."
        case .urlMissing:
            "Set \"url\" to the URL that the sender calls, such as https://example.com/hooks/shop."
        case .urlMalformed: "Write the complete URL, such as https://example.com/hooks/shop."
        case .headerNameMalformed: "Write the name alone, without colon or spaces."
        case .templateUnclosed: "Add the other brace, or write the brace twice."
        case .templateUnknown: "Write {body}, {timestamp}, {id}, {method}, {url} or {header:NAME}."
        case .templateWithoutBody: "Add {body} where the signed text contains the body."
        case .library: "Check the system's OpenSSL."
        }
    }
}
