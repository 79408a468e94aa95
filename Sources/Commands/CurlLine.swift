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

    /// A word for the shell.
    static func quoted(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}
