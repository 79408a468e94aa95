import Time
import Webhooks

extension Command {
    static let sign = Command(
        "sign", "sign a body as a sender would: header lines, or a curl command",
        positionals: "FILE",
        options: [
            Signing.scheme, Signing.secret, Signing.id, Signing.at, Signing.url, Signing.curl,
            Signing.header, Signing.digest, Signing.encoding, Signing.prefix, Signing.template,
        ]
    ) { arguments, context throws(UsageError) in
        guard arguments.positionals.count == 1 else {
            throw .positionals(expected: "one file with the body")
        }
        let secret = try arguments.required(Signing.secret)
        let name = try arguments.required(Signing.scheme)
        let now = try arguments.instant(Signing.at) ?? context.clock.now()
        return context.attempt { () throws(Failure) in
            try Signing.run(arguments, context, scheme: name, secret: secret, at: now)
        }
    }
}

enum Signing {
    static let scheme = Option(
        "--scheme", .value("NAME"), default: "standard-webhooks", hasVariable: false,
        Scheme.named.keys.sorted().joined(separator: ", "))
    static let secret = Option("--secret", .value("SECRET"), "the source's secret")
    static let id = Option(
        "--id", .value("ID"), hasVariable: false, "the message's id, where the scheme has one")
    static let at = Option(
        "--at", .value("TIME"), hasVariable: false, "when it is sent (default: now)")
    static let url = Option(
        "--url", .value("URL"), hasVariable: false, "where it is sent, for schemes that sign that")
    static let curl = Option(
        "--curl", .value("URL"), hasVariable: false,
        "print a curl command that posts the file there")
    static let header = Option(
        "--header", .value("NAME"), hasVariable: false, "scheme hmac: the signature's header")
    static let digest = Option(
        "--digest", .value("NAME"), hasVariable: false, "scheme hmac: sha256, sha512 or sha1")
    static let encoding = Option(
        "--encoding", .value("NAME"), hasVariable: false, "scheme hmac: hex or base64")
    static let prefix = Option(
        "--prefix", .value("TEXT"), hasVariable: false,
        "scheme hmac: what stands before the signature")
    static let template = Option(
        "--template", .value("TEXT"), hasVariable: false, "scheme hmac: the signed text")

    static func run(
        _ arguments: Arguments, _ context: Context, scheme name: String, secret: String,
        at now: Instant
    ) throws(Failure) -> ExitCode {
        let path = arguments.positionals[0]
        let body = try Files.read(path)
        var settings: [String: String] = [:]
        for option in [header, digest, encoding, prefix, template] {
            settings[String(option.name.dropFirst(2))] = arguments.text(option)
        }
        let lines: [String]
        do {
            let scheme = try Scheme(named: name, signature: settings.isEmpty ? nil : settings)
            let signer = try Signer(
                scheme, secrets: [SecretSpec(secret)],
                url: arguments.text(url) ?? arguments.text(curl))
            lines = try signer.sign(id: arguments.text(id) ?? "", at: now, body: body)
                .map { "\($0.name): \($0.value)" }
        } catch {
            throw Failure(.failed, "\(error)")
        }
        if let url = arguments.text(curl) {
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
