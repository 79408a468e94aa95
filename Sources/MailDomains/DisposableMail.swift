import CMailDomains

/// The well-known domains that give out disposable mail addresses.
///
/// The list is part of the program's read-only data and is searched there, so that it takes no
/// memory and no time at the start.
package enum DisposableMail {
    /// All domains of the list, each in canonical form: lower case, Unicode.
    package static var all: [String] {
        let bytes = unsafe UnsafeBufferPointer(
            start: refgate_disposable_domains(), count: refgate_disposable_domains_count())
        return unsafe bytes.split(separator: newline).map {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }

    /// True if the list has a domain, which must be in canonical form. Its subdomains are others.
    package static func contains(_ domain: String) -> Bool {
        let bytes = unsafe UnsafeBufferPointer(
            start: refgate_disposable_domains(), count: refgate_disposable_domains_count())
        let wanted = domain.utf8
        // Both bounds are beginnings of lines.
        var (low, high) = (0, bytes.count)
        while low < high {
            var start = (low + high) / 2
            while start > low, unsafe bytes[start - 1] != newline { start -= 1 }
            var end = start
            while end < high, unsafe bytes[end] != newline { end += 1 }
            let line = unsafe bytes[start..<end]
            if unsafe wanted.elementsEqual(line) { return true }
            if unsafe wanted.lexicographicallyPrecedes(line) { high = start } else { low = end + 1 }
        }
        return false
    }

    private static let newline = UInt8(ascii: "\n")
}
