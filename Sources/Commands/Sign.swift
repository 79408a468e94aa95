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
    static let secret = Option.required("secret", .text("SECRET"), "the source's secret")
    static let id = Option<String?>.optional(
        "id", .text("ID"), "the message's id, where the scheme has one", hasVariable: false)
    static let at = Option<Instant?>.optional(
        "at", .instant, "when it is sent, now if not given", hasVariable: false)
    static let url = Option<String?>.optional(
        "url", .url, "where it is sent, for schemes that sign that", hasVariable: false)
    static let curl = Option<String?>.optional(
        "curl", .url, "print a curl command that posts the file there", hasVariable: false)
    static let header = Option<String?>.optional(
        "header", .text("NAME"), "scheme hmac: the signature's header", hasVariable: false)
    static let digest = Option<String?>.optional(
        "digest", .text("NAME"), "scheme hmac: sha256, sha512 or sha1", hasVariable: false)
    static let encoding = Option<String?>.optional(
        "encoding", .text("NAME"), "scheme hmac: hex or base64", hasVariable: false)
    static let prefix = Option<String?>.optional(
        "prefix", .anything, "scheme hmac: what stands before the signature", hasVariable: false)
    static let template = Option<String?>.optional(
        "template", .text, "scheme hmac: the signed text", hasVariable: false)

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
        let lines: [String]
        do {
            let made = try Scheme(
                named: context[scheme], signature: settings.isEmpty ? nil : settings)
            let signer = try Signer(
                made, secrets: [SecretSpec(context[secret])],
                url: context[url] ?? context[curl])
            lines = try signer.sign(id: context[id] ?? "", at: now, body: body)
                .map { "\($0.name): \($0.value)" }
        } catch {
            throw Failure(.failed, "\(error)")
        }
        if let url = context[curl] {
            let headers = lines.map { "-H \(quoted($0))" }.joined(separator: " ")
            context.line(
                "curl -sS -X POST -H 'Content-Type: application/json' \(headers)"
                    + " --data-binary @\(quoted(path)) \(quoted(url))")
        } else {
            for line in lines { context.line(line) }
        }
        return .ok
    }

    /// A word for the shell.
    private static func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: "'\\''")
            + "'"
    }
}
