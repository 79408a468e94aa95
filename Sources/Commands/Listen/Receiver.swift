import HTTP
import Sockets
import Synchronization
import Time
import Transport
import Webhooks

/// A receiver of notifications on this machine: verifies, answers and counts them.
final class Receiver: Sendable {
    /// The settings of the receiver's responses.
    struct Manner: Sendable {
        /// The status codes to answer with, in turn; the last one is repeated.
        var statuses: [Status] = [.ok]
        var delay: Duration = .zero
        var retryAfter: String?
    }

    /// One received notification.
    struct Delivery: Sendable {
        let request: Request
        let at: Instant
        let verdict: SignatureCheck
        /// The status code of the response.
        let status: Status

        /// The value of the `webhook-id` header, which is the same for all attempts.
        var id: String? {
            request.fields.first("webhook-id").map { String(decoding: $0, as: UTF8.self) }
        }
    }

    enum SignatureCheck: Equatable, Sendable {
        case valid
        case unverified
        /// Invalid; the text names the header and the problem.
        case invalid(String)
    }

    private struct Counts {
        var received = 0
        var valid = 0
        var refused = 0
        var ids: Set<String> = []
    }

    private let verifiers: [(header: String, verifier: Verifier)]
    private let manner: Manner
    private let clock: WallClock
    private let heard: @Sendable (Delivery) -> Void
    private let counts = Mutex(Counts())
    private let server = Mutex<Server?>(nil)

    /// Creates a receiver.
    ///
    /// - Parameters:
    ///   - secret: the secret to verify with; nil to verify nothing.
    ///   - heard: called with each delivery before it is answered, on the receiver's thread.
    init(
        secret: String?, manner: Manner = Manner(), clock: WallClock,
        heard: @escaping @Sendable (Delivery) -> Void
    ) throws(ConfigurationError) {
        self.manner = manner
        self.clock = clock
        self.heard = heard
        guard let secret else {
            verifiers = []
            return
        }
        let secrets = [SecretSpec(secret)]
        verifiers = [
            ("webhook-signature", try Verifier(.standardWebhooks, secrets: secrets)),
            ("x-webhook-signature", try Verifier(.hmac, secrets: secrets)),
        ]
    }

    // MARK: Serving

    /// Listens on a port of 127.0.0.1, 0 for a free one, and returns its number.
    func open(port: UInt16) throws(SystemError) -> UInt16 {
        let made = try Server(address: Address(ipv4: 0x7F00_0001, port: port)) {
            ReceiverHandler(self, on: $0)
        }
        let number = try made.start()
        server.withLock { $0 = made }
        return number
    }

    /// Answers the requests in flight, and stops.
    func close() {
        let open = server.withLock { server in
            defer { server = nil }
            return server
        }
        open?.stop()
        open?.wait()
    }

    // MARK: What came

    var hasRefused: Bool { counts.withLock { $0.refused > 0 } }

    var summary: String {
        counts.withLock { counts in
            "\(counts.received) received, \(counts.ids.count) distinct, \(counts.valid) valid,"
                + " \(counts.refused) not valid"
        }
    }

    /// Verifies a delivery, reports it, and returns the response.
    fileprivate func take(_ request: Request) -> Response {
        let now = clock.now()
        let verdict = verdict(on: request, now)
        let number = counts.withLock { counts in
            counts.received += 1
            switch verdict {
            case .valid: counts.valid += 1
            case .invalid: counts.refused += 1
            case .unverified: break
            }
            return counts.received
        }
        var status = manner.statuses[min(number, manner.statuses.count) - 1]
        if case .invalid = verdict { status = .unauthorized }
        let delivery = Delivery(request: request, at: now, verdict: verdict, status: status)
        if let id = delivery.id { counts.withLock { _ = $0.ids.insert(id) } }
        heard(delivery)
        var fields = Fields()
        if let retryAfter = manner.retryAfter { fields.append("retry-after", retryAfter) }
        if status == .unauthorized {
            fields.append("www-authenticate", "Signature realm=\"refgate listen\"")
        }
        return Response(
            status: status, fields: fields, contentType: .json,
            body: Array(#"{"received":true}"#.utf8))
    }

    /// Both kinds of signature must be present and valid.
    private func verdict(on request: Request, _ now: Instant) -> SignatureCheck {
        guard !verifiers.isEmpty else { return .unverified }
        for (header, verifier) in verifiers {
            let verdict = try? verifier.verify(
                fields: request.fields, body: request.body, now: now)
            switch verdict {
            case .valid: continue
            case .refused(let refusal): return .invalid("\(header): \(refusal.verdict)")
            case nil: return .invalid("\(header): OpenSSL failed")
            }
        }
        return .valid
    }

    fileprivate var delay: Duration { manner.delay }
}

/// Answers at once, or after a delay.
private final class ReceiverHandler: Handler {
    private let receiver: Receiver
    private let loop: Loop

    init(_ receiver: Receiver, on loop: Loop) {
        self.receiver = receiver
        self.loop = loop
    }

    func admit(_ head: Request) -> Admission { .accept(maxBody: 1 << 20) }

    func handle(_ request: Request, reply: Reply) {
        let response = receiver.take(request)
        guard receiver.delay > .zero else { return reply.answer(response) }
        loop.schedule(after: receiver.delay) { reply.answer(response) }
    }
}
