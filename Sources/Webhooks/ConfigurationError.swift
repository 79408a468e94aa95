import Crypto

/// The reason for which a scheme cannot be used with its settings and secrets, and the setting at
/// fault.
package struct ConfigurationError: Error, Equatable, Sendable {
    /// The setting at fault.
    package let place: Place
    /// The mistake in that setting.
    package let fault: Fault

    package init(_ place: Place, _ fault: Fault) {
        self.place = place
        self.fault = fault
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
    package enum Fault: Equatable, Sendable {
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
    package var description: String { "\(pointer): \(fault)" }
}

extension ConfigurationError.Fault: CustomStringConvertible {
    /// The mistake in words, for the author of the configuration; never contains a secret.
    package var description: String {
        switch self {
        case .unknownScheme(let name): "no signature scheme is called \"\(name)\""
        case .settingUnknown(let known):
            "no such setting; there are \(known.joined(separator: ", "))"
        case .settingsUnused(let scheme): "scheme \"\(scheme)\" takes no settings"
        case .needs(let other): "this has no effect without \(other)"
        case .excludes(let other): "this has no effect beside \(other)"
        case .separatorMalformed: "a separator is one visible ASCII character other than ="
        case .noSecret: "this scheme needs at least one secret"
        case .secretUnused: "this scheme takes no secret: it would protect nothing"
        case .secretEmpty: "the secret is empty"
        case .secretUndecodable: "the secret is not base64 in the standard alphabet"
        case .secretTooShort(let bytes, let minimum):
            "the secret has \(bytes) bytes; at least \(minimum) are needed"
        case .secretSurroundedBySpace:
            "the secret begins or ends with white space or an invisible character"
        case .keyMalformed: "the secret is no key of the kind this scheme uses"
        case .privateKeyMissing: "a public key can't sign"
        case .signingUnsupported: "deliveries of this scheme can be verified but not made"
        case .toleranceOutOfRange(let range):
            "the tolerance must lie between \(range.lowerBound) and \(range.upperBound) seconds"
        case .urlMissing: "this scheme signs the source's public URL, which is not said"
        case .urlMalformed: "the URL must be absolute and hold visible ASCII characters only"
        case .unknownChoice(let given, let choices):
            "\"\(given)\" is none of \(choices.joined(separator: ", "))"
        case .headerNameMalformed: "this is no header name"
        case .templateUnclosed(let offset): "the brace at byte \(offset) has no partner"
        case .templateUnknown(let name, let offset):
            "\"{\(name)}\" at byte \(offset) stands for nothing"
        case .templateWithoutBody: "the template must hold {body}"
        case .library(let error): error.description
        }
    }
}

extension ConfigurationError.Fault {
    /// The correction, as a sentence.
    package var remedy: String {
        switch self {
        case .unknownScheme, .unknownChoice: "Choose one of those there are."
        case .settingUnknown, .settingsUnused, .needs, .excludes, .secretUnused: "Leave it out."
        case .separatorMalformed: "Write a comma, for example."
        case .noSecret: "Say \"secrets\", a list with the one that the sender signs with."
        case .secretEmpty, .secretUndecodable, .keyMalformed:
            "Copy it whole, as the sender shows it."
        case .secretTooShort: "Take a longer one, made at random."
        case .secretSurroundedBySpace: "Remove it."
        case .privateKeyMissing: "Sign with the private key."
        case .signingUnsupported: "Have the sender send one."
        case .toleranceOutOfRange: "Choose a number within these bounds."
        case .urlMissing:
            "Say \"url\", the address that the sender calls, such as https://example.com/hooks/shop."
        case .urlMalformed: "Write the whole address, such as https://example.com/hooks/shop."
        case .headerNameMalformed: "Write the name alone, without colon or spaces."
        case .templateUnclosed: "Write both braces, or none."
        case .templateUnknown: "Write {body}, {timestamp}, {id}, {method}, {url} or {header:NAME}."
        case .templateWithoutBody: "Write {body} where the body is signed."
        case .library: "Look at the system's OpenSSL."
        }
    }
}
