import Declarations
import Webhooks

/// A program for a customer's backend that posts a purchase to a source, in several languages.
///
/// Each program takes the secret from the variable `REFGATE_SECRET`, sends an event again with the
/// same id after 429, 5xx and failed connections, and prints the outcome.
struct SenderSample {
    enum Language: String, CaseIterable {
        case curl, python, node, go, php, swift
    }

    /// The proof of the sender.
    enum Proof {
        /// Standard Webhooks, with header names that begin with `webhook` or `svix`.
        case standardWebhooks(prefix: String)
        /// An HMAC of the body alone.
        case hmac(SignatureSettings)
        /// The secret in a header.
        case bearer(header: String)
        /// The address of the source, which is secret.
        case address
    }

    /// The form of the body.
    enum Form {
        /// refgate's own: `type`, and an object `data`.
        case nested
        /// All members at the top, with the event's id.
        case flat
        /// A form with the field `code`.
        case code
    }

    let url: String
    let proof: Proof
    let form: Form

    init(url: String, proof: Proof, form: Form) {
        self.url = url
        self.proof = proof
        self.form = form
    }

    /// The sample for a source; nil if its events come from another vendor's system, or if its
    /// signature covers more than the body.
    init?(for source: SourceDeclaration, url: String) {
        let form: Form
        switch source.preset {
        case "refgate"?: form = .nested
        case "referral-factory"?: form = .code
        case "generic"?, nil: form = .flat
        default: return nil
        }
        guard let proof = Proof(of: source) else { return nil }
        self.init(url: url, proof: proof, form: form)
    }

    /// The program's text.
    func text(in language: Language) -> String {
        switch language {
        case .curl: curl
        case .python: python
        case .node: node
        case .go: go
        case .php: php
        case .swift: swift
        }
    }

    /// The arguments of each program.
    var arguments: String { form == .code ? "CODE" : "CODE ORDER AMOUNT CURRENCY" }

    /// The sentences that each program begins with, without the marks of a comment.
    func introduction(call: String) -> [String] {
        var lines = ["Tells refgate of a purchase: \(call) \(arguments)"]
        if form != .code { lines.append("AMOUNT is in the smallest unit, such as cents.") }
        if needsSecret { lines.append("The variable REFGATE_SECRET has the secret of the source.") }
        return lines
    }

    var contentType: String {
        form == .code ? "application/x-www-form-urlencoded" : "application/json"
    }

    var needsSecret: Bool {
        if case .address = proof { false } else { true }
    }

    /// A text between quotation marks, as in most languages.
    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// A text between apostrophes, as in PHP.
    static func apostrophes(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}

extension SenderSample.Proof {
    init?(of source: SourceDeclaration) {
        switch source.scheme {
        case "standard-webhooks": self = .standardWebhooks(prefix: "webhook")
        case "svix": self = .standardWebhooks(prefix: "svix")
        case "hmac":
            guard let settings = try? SignatureSettings(members: source.signature),
                settings.template == "{body}", settings.member == nil
            else { return nil }
            self = .hmac(settings)
        case "bearer": self = .bearer(header: source.signature["header"] ?? "Authorization")
        case "url-token": self = .address
        default: return nil
        }
    }

    /// The text before the secret in a header: `Bearer ` in `Authorization`.
    static func word(before header: String) -> String {
        header.lowercased() == "authorization" ? "Bearer " : ""
    }
}

extension SignatureSettings {
    /// The text before the signature in its header.
    var writtenPrefix: String { prefix ?? (encoding == "hex" ? "\(digest)=" : "") }
}
