import Database
import Gateway
import Invocation
import Paths
import Programmes
import Storage
import Time
import Workspace

/// Functions that read and open files, with errors as failures of the command.
enum Files {
    /// Returns the content of a file or a pipe, or of standard input for `-`.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        do { return try OpenFile.read(named: path) } catch {
            throw Failure(
                .environment,
                "\(path) cannot be read; check that it exists and that you may read it: \(error)")
        }
    }

    /// The folder of a file, for paths that the file contains. For a pipe it is the current folder.
    static func folder(of path: String) -> String {
        let pipes = ["/dev/stdin", "/dev/fd/", "/proc/self/fd/"]
        if pipes.contains(where: path.hasPrefix) { return "" }
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Opens a database.
    ///
    /// - Parameter errors: receives a line if the command waits for another process's lock.
    static func store(
        _ path: String, for use: Store.Use, tellingOf errors: Output? = nil
    ) throws(Failure) -> Store {
        let whenWaiting = errors.map { errors in
            { errors.line("refgate: " + DatabaseLock.waiting(for: path)) }
        }
        do {
            return try Store.open(path, for: use, whenWaiting: whenWaiting)
        } catch {
            throw Failure(.environment, error.description)
        }
    }

    /// Opens a database to write to, and creates a missing one.
    ///
    /// - Parameter errors: receives a line if the command waits for another process's lock, and one
    ///   if the database was missing.
    static func storeOrNew(_ path: String, _ errors: Output) throws(Failure) -> Store {
        let isNew = Store.isAbsent(path)
        let store = try store(path, for: .writer, tellingOf: errors)
        if isNew { errors.line("refgate: created the database \(path)") }
        return store
    }

    /// Runs code on an open database; an error of storage becomes a failure with the file's name.
    static func using<Result>(
        _ database: String, _ body: () throws -> Result
    ) throws(Failure) -> Result {
        do { return try body() } catch {
            if let failure = error as? Failure { throw failure }
            if let choice = error as? AccountChoice.Failure {
                throw Failure(.usage, choice.description)
            }
            let refused = error as? StorageError
            let words = refused.map { DatabaseError(path: database, $0).description }
            throw Failure(.environment, words ?? "\(error)")
        }
    }

    /// Returns the key of a database's secrets, after checking that it opens them.
    static func box(
        for store: Store, keyFile: String?, _ database: String,
        _ purpose: SecretBox.Purpose = .use
    ) throws(Failure) -> SecretBox {
        try using(database) {
            try SecretBox(keyFile: keyFile ?? database + ".key", for: store, purpose)
        }
    }

    /// Returns a sentence for each file of the database that other users may read or write.
    static func permissionWarnings(_ database: String) -> [String] {
        Store.filesOpenToOthers(database).map {
            "\($0) can be read by users other than its owner; run chmod 600 on it"
        }
    }
}
