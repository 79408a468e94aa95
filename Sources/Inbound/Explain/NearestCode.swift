import Referrals
import SQLite
import Storage

/// Finds codes that somebody may have meant: look-alikes swapped, a character too many or too few.
struct NearestCode {
    private let lookup: Lookup
    private let store: Store
    private let account: Int64

    /// Codes compared; an account may have millions.
    private static let neighbours = 2_000
    private static let maxSuggestions = 3

    init(_ lookup: Lookup, _ store: Store, _ account: Int64) {
        self.lookup = lookup
        self.store = store
        self.account = account
    }

    func suggestions(for code: ReferralCode) throws(SQLiteError) -> [String] {
        var found: [String] = []
        for variant in Self.lookAlikes(of: code.text) {
            if try store.participants.find(code: variant, account: account) != nil {
                found.append(variant)
            }
        }
        let prefix = String(code.text.prefix(min(2, max(1, code.text.utf8.count - 1))))
        let near = try lookup.codes(
            startingWith: prefix, account: account, limit: Self.neighbours
        ).map { (code: $0, distance: distance(Array($0.utf8), Array(code.text.utf8))) }
        // One slip in a short code, two in a long one.
        let most = code.text.utf8.count < 6 ? 1 : 2
        for (code, _) in near.filter({ $0.distance <= most }).sorted(by: {
            $0.distance < $1.distance
        })
        where !found.contains(code) {
            found.append(code)
        }
        return Array(found.prefix(Self.maxSuggestions))
    }

    /// The code with one character taken for one that looks like it.
    private static func lookAlikes(of code: String) -> [String] {
        let pairs: [[UInt8]] = ["O0", "I1", "L1", "S5", "B8", "Z2", "-_"].map { Array($0.utf8) }
        let bytes = Array(code.utf8)
        var variants: [String] = []
        for index in bytes.indices {
            for pair in pairs where pair.contains(bytes[index]) {
                var variant = bytes
                variant[index] = pair[0] == bytes[index] ? pair[1] : pair[0]
                variants.append(String(decoding: variant, as: UTF8.self))
            }
        }
        return variants
    }
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two texts (optimal
/// string alignment); both are short.
func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in left.indices {
        var row = [i + 1]
        row.reserveCapacity(right.count + 1)
        for j in right.indices {
            var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                best = min(best, before[j - 1] + 1)
            }
            row.append(best)
        }
        (before, last) = (last, row)
    }
    return last[right.count]
}
