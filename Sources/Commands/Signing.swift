import Crypto
import Invocation
import Time
import Webhooks

/// The command that signs a body as a sender would.
enum Signing: Command {
    static let usage = Usage(
        "sign", "sign a body as its sender would, and print the header lines or a curl command",
        details: """
            The bytes of the file are signed as they are.
            """,
        operands: [file],
        options: [
            scheme, secret, id, at, url, curl, header, digest, encoding, prefix, template,
        ])

    static let file = Operand("FILE", .path, "the file with the body; `-` for standard input")
    static let scheme = Option(
        "scheme", schemes, default: "standard-webhooks", "the signature scheme", hasVariable: false)
    static let secret = Option<String?>.optional(
        "secret", .text("SECRET"),
        "the secret of the source; for sendgrid the private key, base64 of PKCS #8; none for url-token"
    )
    static let id = Option<String?>.optional(
        "id", .text("ID"), "the message id, for schemes that have one; a new one if not given",
        hasVariable: false)
    static let at = Option<Instant?>.optional(
        "at", .instant, "the time of sending; now if not given", hasVariable: false)
    static let url = Option<String?>.optional(
        "url", .url, "the URL of the source, for schemes that sign it", hasVariable: false)
    static let curl = Option<String?>.optional(
        "curl", .url,
        "print a curl command that posts the file to this URL; a body that came through a pipe is part of the command",
        hasVariable: false)
    static let header = Option<String?>.optional(
        "header", .text("NAME"),
        "for hmac: the header of the signature; X-Webhook-Signature if not given",
        hasVariable: false)
    static let digest = Option<String?>.optional(
        "digest", .text("NAME"), "for hmac: sha256, sha512 or sha1; sha256 if not given",
        hasVariable: false)
    static let encoding = Option<String?>.optional(
        "encoding", .text("NAME"), "for hmac: hex or base64; hex if not given", hasVariable: false)
    static let prefix = Option<String?>.optional(
        "prefix", .anything,
        "for hmac: the text before the signature; for hex the digest and `=` if not given",
        hasVariable: false)
    static let template = Option<String?>.optional(
        "template", .text, "for hmac: the signed text; {body} if not given", hasVariable: false)

    private static let schemes = Kind(
        "NAME",
        allowed: "one of \(Scheme.named.keys.sorted().joined(separator: ", ")) is needed",
        choices: Scheme.named.keys.sorted()
    ) { Scheme.named[$0] == nil ? nil : $0 }

    static func run(_ context: Context) throws -> ExitCode {
        let now = context[at] ?? context.clock.now()
        let path = context[file]
        let body = try Files.read(path)
        var settings: [String: String] = [:]
        for option in [header, digest, encoding, prefix, template] {
            settings[option.declaration.name] = context[option]
        }
        let fields: [(name: String, value: String)]
        do {
            let made = try Scheme(
                named: context[scheme], signature: settings.isEmpty ? nil : settings)
            let signer = try Signer(
                made, secrets: context[secret].map { [SecretSpec($0)] } ?? [],
                url: context[url] ?? context[curl])
            fields = try signer.sign(id: context[id] ?? madeID(), at: now, body: body)
        } catch let error as ConfigurationError {
            throw Failure(.usage, error.asOption)
        } catch let error as Signer.Failure {
            throw failure(error)
        } catch {
            throw Failure(.environment, "\(error)")
        }
        if let url = context[curl] {
            let all = [(name: "Content-Type", value: "application/json")] + fields
            context.line(
                Files.isLasting(path)
                    ? CurlLine.post(all, body: "@\(path)", to: url)
                    : CurlLine.post(all, bytes: body, to: url))
        } else if fields.isEmpty {
            context.errors.line(
                "the scheme \(context[scheme]) adds no header: its URL is the secret; --curl URL"
                    + " prints the request")
        } else {
            for field in fields { context.line("\(field.name): \(field.value)") }
        }
        return .ok
    }

    /// Returns a random id that no other message has.
    private static func madeID() -> String {
        "msg_" + Hex.encode(SecureRandom.bytes(12))
    }

    private static func failure(_ error: Signer.Failure) -> Failure {
        switch error {
        case .idMalformed:
            Failure(
                .usage,
                "--id: this scheme's ids have 1 to 256 printable characters, without spaces and the"
                    + " separator of its signed text, such as a full stop")
        case .headerMissing(let name):
            Failure(.usage, "--scheme: the header \(name) is also signed, and cannot be given here")
        case .crypto(let error): Failure(.environment, error.description)
        }
    }
}
