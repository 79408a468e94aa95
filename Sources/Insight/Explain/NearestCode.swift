import Database
import Referrals
import Spelling
import Storage

/// Finds similar codes for a mistyped one, however many the account has.
struct NearestCode {
    private let lookup: Lookup
    private let store: Store
    private let account: ID<Account>

    /// The number of codes compared for each prefix of the code.
    private static let neighbours = 200
    private static let maxSuggestions = 3
    /// The length up to which every text that is one slip away is looked up.
    private static let longestVaried = 20

    init(_ lookup: Lookup, _ store: Store, _ account: ID<Account>) {
        self.lookup = lookup
        self.store = store
        self.account = account
    }

    /// The nearest codes first; among equals those with a similar character in place of the wrong
    /// one.
    func suggestions(for code: ReferralCode) throws(StorageError) -> [String] {
        let text = Array(code.text.utf8)
        var found: Set<String> = []
        if text.count <= Self.longestVaried {
            for variant in Self.variants(of: text) {
                if try store.participants.find(code: variant, account: account) != nil {
                    found.insert(variant)
                }
            }
        }
        // One slip in a short code, two in a long one; the second one is found if both come after a
        // prefix that few codes share.
        let most = text.count < 6 ? 1 : 2
        for length in stride(from: text.count - 1, through: 1, by: -1) {
            let beginning = String(decoding: text[..<length], as: UTF8.self)
            let codes = try lookup.codes(
                startingWith: beginning, account: account, limit: Self.neighbours)
            for near in codes where editDistance(Array(near.utf8), text) <= most {
                found.insert(near)
            }
            // Shorter prefixes are shared by these codes, and by more than are compared.
            if codes.count == Self.neighbours { break }
        }
        found.remove(code.text)
        let ranked = found.map { (code: $0, rank: Self.rank(Array($0.utf8), text)) }
            .sorted { ($0.rank, $0.code) < ($1.rank, $1.code) }
        return ranked.prefix(Self.maxSuggestions).map(\.code)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-".utf8)

    /// Every text that is one slip away.
    private static func variants(of text: [UInt8]) -> [String] {
        var variants: [[UInt8]] = []
        for index in text.indices {
            var shorter = text
            shorter.remove(at: index)
            variants.append(shorter)
            if index > 0 {
                var swapped = text
                swapped.swapAt(index - 1, index)
                variants.append(swapped)
            }
            for letter in alphabet where letter != text[index] {
                var other = text
                other[index] = letter
                variants.append(other)
            }
        }
        for index in 0...text.count {
            for letter in alphabet { variants.append(text[..<index] + [letter] + text[index...]) }
        }
        return Set(variants).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Twice the distance, less one if a single character is replaced by a similar one.
    private static func rank(_ code: [UInt8], _ asked: [UInt8]) -> Int {
        let rank = 2 * editDistance(code, asked)
        let differences = zip(code, asked).filter { $0 != $1 }
        guard code.count == asked.count, differences.count == 1, let pair = differences.first else {
            return rank
        }
        return lookAlikes.contains { $0.contains(pair.0) && $0.contains(pair.1) } ? rank - 1 : rank
    }

    private static let lookAlikes = ["O0", "I1", "L1", "S5", "B8", "Z2", "-_"].map {
        Array($0.utf8)
    }
}
