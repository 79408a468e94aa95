/// A request as a `curl` command for the shell. Responses have no final line end, so the command
/// adds one.
enum CurlLine {
    /// Returns a command that posts a text or a file.
    ///
    /// - Parameters:
    ///   - body: the text to send, or `@` and the path of a file.
    ///   - separator: the text between the parts of the command.
    static func post(
        _ fields: [(name: String, value: String)], body: String, to url: String,
        separator: String = " "
    ) -> String {
        (["curl -sS -X POST -w '\\n' \(quoted(url))"]
            + fields.map { "-H \(quoted("\($0.name): \($0.value)"))" }
            + ["--data-binary \(quoted(body))"]).joined(separator: separator)
    }

    /// Returns a command that posts these bytes. They are part of the command, so it needs no file.
    static func post(
        _ fields: [(name: String, value: String)], bytes: [UInt8], to url: String
    ) -> String {
        "printf \(quoted(format(bytes))) | \(post(fields, body: "@-", to: url))"
    }

    /// Returns a `printf` format for these bytes: printable ASCII without quotation marks, which no
    /// shell, terminal or clipboard changes.
    private static func format(_ bytes: [UInt8]) -> String {
        var format = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "%"): format += "%%"
            case UInt8(ascii: "\\"): format += "\\\\"
            case UInt8(ascii: "'"), ..<0x20, 0x7F...:
                let digits = String(byte, radix: 8)
                format += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            default: format.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return format
    }

    /// Quotes a text as one word of the shell.
    static func quoted(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}
