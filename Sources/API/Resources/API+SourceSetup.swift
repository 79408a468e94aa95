import Crypto
import Database
import Declarations
import HTTP
import JSON
import Mapping
import Referrals
import Schemas
import Storage
import Time
import Webhooks

extension API {
    /// `GET /sources/{id}/setup`: the data that the partner needs, and a signed request to test the
    /// source.
    func sourceSetup(_ call: Call, _ store: Store) throws -> Response {
        let row = try source(call.text, of: call.account, store)
        let declaration = try declaration(of: row)
        let url = declaration.url ?? publicAddress.url(row.hookPath, askedBy: call.request)
        let now = clock.now()
        let sample = SampleEvent(for: declaration, at: now)
        // A key that may not change the source must not get its secret.
        let isHidden = sample.showsSecret && call.key.scope != .admin
        let headers = isHidden ? nil : try signed(sample, of: row, declaration, at: now)
        let signsTime = (try? declaration.makeScheme())?.signsTime ?? false
        return try .json { writer in
            writer.beginObject()
            writer.member("source", row.id)
            writer.member("url", url)
            writer.member("method", "POST")
            writer.member("content_type", sample.contentType)
            writer.member("steps", steps(declaration, sample, url))
            writer.key("curl")
            if let headers {
                writer.string(Self.curl(url, headers, sample))
            } else {
                writer.null()
            }
            writer.object("samples") { writer in
                guard let sender = SenderSample(for: declaration, url: url) else { return }
                for language in SenderSample.Language.allCases {
                    writer.member(language.rawValue, sender.text(in: language))
                }
            }
            writer.key("fields")
            write(declaration.mapping, to: &writer)
            writer.member(
                "note",
                isHidden
                    ? "The command contains the secret; a key of the scope admin shows it."
                    : headers == nil
                        ? "Only the sender can sign with this scheme; have it send a test."
                        : sample.note(
                            tolerance: signsTime ? declaration.toleranceSeconds : nil, on: row.mode)
            )
            writer.endObject()
        }
    }

    /// The schema of the data for a partner.
    static let sourceSetupSchema = JSONSchema.named(
        "SourceSetup",
        .object([
            .required("source", SourceDeclaration.idSchema),
            .required("url", .string),
            .required("method", .constant("POST")),
            .required("content_type", .string),
            .required("steps", .array(of: .string)),
            .required(
                "curl",
                .string.nullable.described("A signed request; null if only the sender can sign.")),
            .required(
                "samples",
                .object(
                    SenderSample.Language.allCases.map { .optional($0.rawValue, .string) }
                ).described(
                    """
                    Programs for a backend of your own, by language. Empty if another vendor's \
                    system sends the events.
                    """)),
            .required(
                "fields",
                .array(
                    of: .object([
                        .required("name", .string),
                        .required("types", .array(of: .string)),
                        .required("expressions", .array(of: .string)),
                    ])
                ).described("The fields of an event, with their expressions over the body.")),
            .required("note", .string),
        ]))

    /// Writes the fields of a mapping with the types that they may have.
    private func write(_ mapping: MappingText, to writer: inout Writer) {
        writer.beginArray()
        for field in mapping.fields {
            writer.beginObject()
            writer.member("name", field.name)
            writer.member("types", field.kinds.map(\.rawValue))
            writer.member("expressions", mapping[field])
            writer.endObject()
        }
        writer.endArray()
    }

    private func steps(
        _ source: SourceDeclaration, _ sample: SampleEvent, _ url: String
    ) -> [String] {
        let system = source.name.isEmpty ? "the partner's system" : source.name
        let proof =
            switch source.scheme {
            case "url-token": "Keep the address secret: it is the only proof of the sender."
            case "bearer":
                "Have it send the secret in the header \(source.signature["header"] ?? "Authorization")."
            case "standard-webhooks", "svix", "hmac":
                "Give it the source's secret to sign with (scheme \(source.scheme)); rotating makes a new one."
            default:
                "Take the signing secret it shows and set it as this source's secret (scheme \(source.scheme))."
            }
        return [
            "In \(system), add a webhook that posts \(sample.format) to \(url).", proof,
            "Send a test from there, or run the curl command; GET /api/v1/events shows the result.",
        ]
    }

    /// The signed header fields; nil if only the sender has the scheme's key.
    private func signed(
        _ sample: SampleEvent, of row: Catalog.SourceRow, _ declaration: SourceDeclaration,
        at now: Instant
    ) throws -> [(name: String, value: String)]? {
        let secrets = (secrets(of: row) ?? []).prefix(1)
        do {
            let signer = try Signer(
                try declaration.makeScheme(), secrets: Array(secrets), url: declaration.url)
            return try signer.sign(id: sample.id, at: now, body: Array(sample.body.utf8))
        } catch {
            // A public key verifies and does not sign.
            return nil
        }
    }

    private static func curl(
        _ url: String, _ headers: [(name: String, value: String)], _ sample: SampleEvent
    ) -> String {
        let fields =
            [(name: "Content-Type", value: sample.contentType)] + headers + sample.headers
        return "curl -sS -X POST "
            + fields.map { "-H " + shellWord("\($0.name): \($0.value)") }.joined(separator: " ")
            + " --data-binary " + shellWord(sample.body) + " " + shellWord(url)
    }

    /// A text quoted as one word of the shell.
    static func shellWord(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: "'\\''")
            + "'"
    }
}

/// An event that shows that a source is set up, and rewards no one: a test event if the sender's
/// format has one, else an event with a code that no participant has.
struct SampleEvent {
    let id: String
    let body: String
    let headers: [(name: String, value: String)]
    let contentType: String
    /// The body's format as words of a sentence.
    let format: String
    private let isTest: Bool
    let showsSecret: Bool

    init(for source: SourceDeclaration, at now: Instant) {
        let id = "setup-\(now.microseconds)"
        self.id = id
        let code = "SETUP-TEST"
        let time = now.rfc3339
        var headers: [(name: String, value: String)] = []
        switch source.preset {
        case "refgate"?:
            body =
                #"{"type":"purchase","timestamp":"\#(time)","data":{"referral_code":"\#(code)","test":true}}"#
        case "stripe"?:
            body = #"""
                {"id":"evt_\#(id)","type":"checkout.session.completed","created":\#(now.seconds),"livemode":false,"data":{"object":{"id":"cs_\#(id)","mode":"payment","payment_status":"paid","amount_total":4900,"currency":"usd","client_reference_id":"\#(code)","customer":"cus_setup"}}}
                """#
        case "shopify"?:
            headers = [("X-Shopify-Topic", "orders/paid"), ("X-Shopify-Test", "true")]
            body = #"""
                {"id":\#(now.microseconds),"total_price":"49.00","currency":"USD","processed_at":"\#(time)","test":true,"email":"setup@example.com","note_attributes":[{"name":"ref","value":"\#(code)"}]}
                """#
        case "hubspot"?:
            body = #"""
                [{"eventId":\#(now.milliseconds),"subscriptionId":1,"objectId":1,"subscriptionType":"contact.propertyChange","propertyName":"referral_code","propertyValue":"\#(code)","occurredAt":\#(now.milliseconds)}]
                """#
        case "revenuecat"?:
            body = #"""
                {"event":{"id":"\#(id)","type":"INITIAL_PURCHASE","environment":"SANDBOX","purchased_at_ms":\#(now.milliseconds),"currency":"USD","price_in_purchased_currency":4.99,"transaction_id":"\#(id)","app_user_id":"setup","subscriber_attributes":{"referral_code":{"value":"\#(code)"}}}}
                """#
        case "referral-factory"?: body = "code=\(code)"
        default:
            body = #"""
                {"id":"\#(id)","type":"purchase","timestamp":"\#(time)","referral_code":"\#(code)","test":true}
                """#
        }
        self.headers = headers
        let isForm = source.preset == "referral-factory"
        contentType = isForm ? "application/x-www-form-urlencoded" : "application/json"
        format = isForm ? "a form with the field \"code\"" : "JSON"
        showsSecret = source.scheme == "bearer"
        isTest = !["hubspot", "referral-factory"].contains(source.preset ?? "")
    }

    /// - Parameter tolerance: The seconds for which the signature is valid; nil if it does not
    ///   expire.
    func note(tolerance: Int?, on side: AccountMode) -> String {
        (isTest && side == .live
            ? "The event says that it is a test and is answered with outcome \"ignored\"."
            : "No participant has the code SETUP-TEST, so the event is parked.")
            + (showsSecret
                ? " The command contains the secret itself, as this scheme sends it." : "")
            + (tolerance.map {
                " The signature is valid for \($0) seconds; repeat the request for a new one."
            } ?? "")
    }
}
