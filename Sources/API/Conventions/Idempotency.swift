import Crypto
import Database
import HTTP
import Programmes
import Referrals
import Schemas
import Storage
import Time

/// `Idempotency-Key` on POST (draft-ietf-httpapi-idempotency-key-header): the response to the first
/// request is stored in the transaction of its change, and returned to each repeat.
package struct Idempotency {
    let key: String
    let fingerprint: [UInt8]
    private let account: ID<Account>
    private let records: OperatorRecords
    private let box: SecretBox

    private static let longestKey = 255
    static let daysKept = 7

    /// Returns nil if the request has no key.
    init?(_ call: Call, _ store: Store, _ box: SecretBox) throws {
        guard call.request.method == .post,
            let value = call.request.fields.first("idempotency-key")
        else { return nil }
        guard !value.isEmpty, value.count <= Self.longestKey,
            call.request.fields.count(of: "idempotency-key") == 1,
            value.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else {
            throw Problem(
                .badRequest, "invalid_idempotency_key", "The Idempotency-Key cannot be used",
                detail: "It must have 1 to \(Self.longestKey) printable ASCII characters.")
        }
        key = String(decoding: value, as: UTF8.self)
        account = call.account
        let path = Array(call.request.target.pathText.utf8) + [0x0A]
        fingerprint = try SHA256.digest(of: path + call.request.body)
        records = store.records
        self.box = box
    }

    /// The schema of the header field.
    static let keySchema = JSONSchema.string(
        .init(minimum: 1, maximum: longestKey, pattern: "^[!-~]([ -~]*[!-~])?$"))

    /// The name of the key within its account.
    var place: String { Self.place(key, account) }

    private static func place(_ key: String, _ account: ID<Account>) -> String {
        SealedPlace.answer(key, account: account)
    }

    /// The stored response to an earlier request. Throws if the key was used for another request.
    func earlier() throws -> Response? {
        let kept = try records.answer(key: key, account: account)
        guard let kept else { return nil }
        try check(kept.fingerprint)
        let erased = try records.codesBeingErased(account: account)
        guard let body = try? box.open(kept.body, for: place), !Self.names(body, erased) else {
            throw Problem.conflict(
                "answer_lost", "The request was processed before",
                "Its response is no longer available: it named a person who was deleted since, or it was"
                    + " sealed with another key file.")
        }
        var response = Response(
            status: Status(kept.status), contentType: body.isEmpty ? .unspecified : .json,
            body: body)
        response.fields.append("idempotent-replayed", "true")
        return response
    }

    /// Throws if the key was first used for another request.
    func check(_ first: [UInt8]?) throws {
        guard first == fingerprint else {
            throw Problem(
                .unprocessableContent, "idempotency_key_reused",
                "The Idempotency-Key was used for another request",
                detail: "Use a new key for a new request.")
        }
    }

    /// True if a stored response names one of these referral codes. A response that cannot be opened
    /// names none.
    package static func names(
        _ answer: OperatorRecords.AnswerRow, _ codes: [String], _ box: SecretBox
    )
        -> Bool
    {
        guard let body = try? box.open(answer.body, for: place(answer.key, answer.account)) else {
            return false
        }
        return names(body, codes)
    }

    private static func names(_ body: [UInt8], _ codes: [String]) -> Bool {
        codes.contains { body.contains(Array("\"referral_code\":\"\($0)\"".utf8)) }
    }

    func keep(_ response: Response, at now: Instant) throws {
        let sealed = try box.seal(response.body, for: place)
        try records.keep(
            OperatorRecords.KeptAnswer(
                fingerprint: fingerprint, status: Int(response.status.code), body: sealed),
            key: key, account: account, at: now,
            horizon: now - .seconds(86_400 * Self.daysKept))
    }
}
