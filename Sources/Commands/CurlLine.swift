/// A request as a command for the shell. Answers do not end their last line, so that curl does.
enum CurlLine {
    /// - Parameters:
    ///   - body: the text to send, or `@` and the path of a file.
    ///   - separator: what stands between its parts.
    static func post(
        _ fields: [(name: String, value: String)], body: String, to url: String,
        separator: String = " "
    ) -> String {
        (["curl -sS -X POST -w '\\n' \(quoted(url))"]
            + fields.map { "-H \(quoted("\($0.name): \($0.value)"))" }
            + ["--data-binary \(quoted(body))"]).joined(separator: separator)
    }

    /// A command that posts these bytes, whatever they are. They are a part of it, so that it needs no file.
    static func post(
        _ fields: [(name: String, value: String)], bytes: [UInt8], to url: String
    ) -> String {
        "printf \(quoted(format(bytes))) | \(post(fields, body: "@-", to: url))"
    }

    /// A format that `printf` prints as these bytes. It is of printed ASCII without quotation marks, so that no
    /// shell, terminal or clipboard changes it.
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

    /// A word for the shell.
    static func quoted(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}
