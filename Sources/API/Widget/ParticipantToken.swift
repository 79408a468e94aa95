import Crypto
import Programmes
import Referrals

/// The token by which a participant's browser reads their own data: the participant's number,
/// sealed with the gateway's key.
enum ParticipantToken {
    /// The name of the header field that carries a token.
    static let field = "x-participant-token"

    private static let prefix = "pt_"
    private static let place = "participant token"

    /// Makes the token of a participant.
    static func make(_ id: ID<Participant>, with box: SecretBox) throws -> String {
        let plain = bytes(of: id.number)
        return prefix + Hex.encode(try box.seal(plain, for: place))
    }

    /// The participant of a token; nil if the gateway did not make it.
    static func read(_ token: String, with box: SecretBox) -> ID<Participant>? {
        guard token.hasPrefix(prefix), let sealed = Hex.decode(String(token.dropFirst(3))),
            let bytes = try? box.open(sealed, for: place), bytes.count == 8
        else { return nil }
        return ID(bytes.reduce(0) { $0 << 8 | Int64($1) })
    }

    /// The number as 8 bytes, the most significant first.
    private static func bytes(of number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
}
