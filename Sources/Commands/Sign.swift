import Crypto
import Invocation
import Time
import Webhooks

/// Signs a body as a sender would.
enum Signing: Command {
    static let usage = Usage(
        "sign", "sign a body as a sender would: header lines, or a curl command",
        operands: [file],
        options: [
            scheme, secret, id, at, url, curl, header, digest, encoding, prefix, template,
        ])

    static let file = Operand("FILE", .path, "the body")
    static let scheme = Option(
        "scheme", schemes, default: "standard-webhooks", "how it is signed", hasVariable: false)
    static let secret = Option<String?>.optional(
        "secret", .text("SECRET"),
        "the source's secret; sendgrid: the private key, base64 of PKCS #8; url-token has none")
    static let id = Option<String?>.optional(
        "id", .text("ID"), "the message's id, where the scheme has one; a new one if not given",
        hasVariable: false)
    static let at = Option<Instant?>.optional(
        "at", .instant, "when it is sent, now if not given", hasVariable: false)
    static let url = Option<String?>.optional(
        "url", .url, "where it is sent, for schemes that sign that", hasVariable: false)
    static let curl = Option<String?>.optional(
        "curl", .url,
        "print a curl command that posts the file there; what came by a pipe is a part of it",
        hasVariable: false)
    static let header = Option<String?>.optional(
        "header", .text("NAME"),
        "scheme hmac: the signature's header, X-Webhook-Signature if not given", hasVariable: false)
    static let digest = Option<String?>.optional(
        "digest", .text("NAME"), "scheme hmac: sha256 (if not given), sha512 or sha1",
        hasVariable: false)
    static let encoding = Option<String?>.optional(
        "encoding", .text("NAME"), "scheme hmac: hex (if not given) or base64", hasVariable: false)
    static let prefix = Option<String?>.optional(
        "prefix", .anything,
        "scheme hmac: what stands before the signature; the digest and = before hex if not given",
        hasVariable: false)
    static let template = Option<String?>.optional(
        "template", .text, "scheme hmac: the signed text, {body} if not given", hasVariable: false)

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
            fields = try signer.sign(id: try context[id] ?? madeID(), at: now, body: body)
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
                "the scheme \(context[scheme]) adds no header: its address is the secret; --curl URL"
                    + " prints the request")
        } else {
            for field in fields { context.line("\(field.name): \(field.value)") }
        }
        return .ok
    }

    /// What tells the message from any other that is ever posted.
    private static func madeID() throws(CryptoError) -> String {
        "msg_" + Hex.encode(try SecureRandom.bytes(12))
    }

    private static func failure(_ error: Signer.Failure) -> Failure {
        switch error {
        case .idMalformed:
            Failure(
                .usage,
                "--id: this scheme's ids have 1 to 256 printed characters, neither spaces nor what"
                    + " its signed text is joined by, such as a full stop")
        case .headerMissing(let name):
            Failure(.usage, "--scheme: the header \(name) is signed, too, and can't be given here")
        case .crypto(let error): Failure(.environment, error.description)
        }
    }
}
