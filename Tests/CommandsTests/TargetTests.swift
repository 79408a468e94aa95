import Foundation
import TestSupport
import Testing

/// Webhook URLs that are refused by their text.
@Suite struct TargetTests {
    private func apply(_ url: String, _ flags: [String] = []) throws -> RefgateRun {
        let database = try ScratchDatabase()
        var declared = DeclaredWorkspace()
        declared.webhooks[0]["url"] = url
        let file = database.folder.appending(path: "workspace.json")
        try Data(declared.text.utf8).write(to: file)
        let run = try RefgateRun(["apply", file.path, "--db", database.path] + flags)
        // A workspace is applied completely or not at all.
        if run.status == 0 {
            #expect(try database.count("SELECT count(*) FROM webhooks") == 1)
        } else {
            #expect(!FileManager.default.fileExists(atPath: database.path))
        }
        return run
    }

    @Test(arguments: [
        "http://sink.example/hook", "https://127.0.0.1/hook", "https://10.0.0.1/hook",
        "https://[::1]/hook", "https://[::ffff:169.254.169.254]/hook", "https://2130706433/hook",
        "https://localhost/hook", "https://user@sink.example/", "https://sink.example:25/",
    ])
    func `apply refuses it, and names the place`(_ url: String) throws {
        let run = try apply(url)
        #expect(run.status == 1)
        #expect(run.errors.contains("workspace.json:1:"), "\(run.errors)")
        #expect(
            run.errors.contains("the address must be one that webhooks may call")
                || run.errors.contains("url"), "\(run.errors)")
    }

    @Test(arguments: [
        ("https://sink.example/hook", []), ("https://sink.example:8443/hook", []),
        ("https://127.0.0.1:9000/hook", ["--allow-targets", "127.0.0.0/8,::1/128"]),
        ("https://[::1]/hook", ["--allow-targets", "127.0.0.0/8,::1/128"]),
        ("http://sink.example/hook", ["--allow-http-targets"]),
        ("http://127.0.0.1:9000/", ["--allow-http-targets", "--allow-targets=127.0.0.1"]),
    ])
    func `apply takes what may be called, and what is allowed`(_ url: String, _ flags: [String])
        throws
    {
        let run = try apply(url, flags)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func `another range that is allowed does not help`() throws {
        #expect(try apply("https://10.0.0.1/", ["--allow-targets", "127.0.0.0/8"]).status == 1)
    }
}
