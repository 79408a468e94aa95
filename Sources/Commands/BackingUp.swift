import Database
import Gateway
import Invocation
import JSON
import Programmes
import Storage

/// The command that copies a database, even while it is in use.
enum BackingUp: Command {
    static let usage = Usage(
        "backup", "copy the database to a new file while it is in use",
        details: """
            The copy is a consistent snapshot. It is checked before it gets its name, and an \
            existing file is never overwritten.

            The key that seals stored secrets is not part of the copy. Keep a copy of the key \
            file in another place: without it, sources and webhooks need new secrets.
            """,
        operands: [file], options: [Common.database, Common.keyFile, Common.json])

    static let file = Operand("FILE", .path, "the path of the copy")

    static func run(_ context: Context) throws -> ExitCode {
        let path = context[file]
        let database = context[Common.database]
        // The copy has a temporary name until it is complete, so that an interrupted copy is never
        // mistaken for one.
        let fresh = try Files.fresh(path)
        let store = try Files.store(database, for: .reader)
        let (contents, problems): (Backup.Contents, [String])
        do throws(StorageError) {
            try store.backUp(to: fresh.draft)
            (contents, problems) = try Backup.check(fresh.draft)
        } catch {
            throw Failure(.environment, "\(path): \(error)")
        }
        guard problems.isEmpty else {
            throw Failure(.failed, "the copy is damaged: \(problems.joined(separator: " "))")
        }
        try Files.publish([fresh])
        print(contents, path, key: context[Common.keyFile] ?? database + ".key", context)
        return .ok
    }

    private static func print(
        _ contents: Backup.Contents, _ path: String, key: String, _ context: Context
    ) {
        guard context[Common.json] else {
            context.line(
                "\(path): \(contents.events) events, \(contents.participants) participants,"
                    + " \(contents.bytes) bytes; checked, no damage found")
            context.line(
                "the copy does not contain the key file \(key); back it up in another place: the"
                    + " stored secrets cannot be read without it")
            return
        }
        var json = Writer()
        json.beginObject()
        json.member("file", path)
        json.member("events", contents.events)
        json.member("participants", contents.participants)
        json.member("bytes", contents.bytes)
        json.member("key_file_not_included", key)
        json.endObject()
        context.json(json.bytes)
    }
}
