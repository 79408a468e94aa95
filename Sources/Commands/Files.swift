import FoundationEssentials
import Gateway
import Inbound
import Invocation
import SQLite
import Storage
import Time
import Workspace

/// What commands read and open, with errors in words.
enum Files {
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        do { return Array(try Data(contentsOf: URL(filePath: path))) } catch {
            throw Failure(
                .environment, "\(path) cannot be read; check that it exists and may be read")
        }
    }

    /// The folder a file lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func store(_ path: String, for use: Database.Use) throws(Failure) -> Store {
        do {
            return try Store(opening: try Database.open(path, for: use), path: path)
        } catch {
            throw Failure(.environment, error.description)
        }
    }

    /// Runs what reads or changes a database that is open; what SQLite refuses is told with the file's name.
    static func using<Result>(
        _ database: String, _ body: () throws -> Result
    ) throws(Failure) -> Result {
        do { return try body() } catch {
            if let failure = error as? Failure { throw failure }
            let words = refusal(in: error).map { DatabaseError(path: database, $0).description }
            throw Failure(.environment, words ?? "\(error)")
        }
    }

    /// What SQLite refused, whichever joint it was handed on by.
    private static func refusal(in error: any Error) -> SQLiteError? {
        switch error {
        case let error as SQLiteError: error
        case SettlementError.storage(let error): error
        case ProgrammeLoader.Failure.storage(let error): error
        case Application.Failure.storage(let error): error
        case Application.Failure.settlement(let error): refusal(in: error)
        case Application.Failure.programme(let error): refusal(in: error)
        default: nil
        }
    }

    static func box(_ database: String, _ keyFile: String?) throws(Failure) -> SecretBox {
        do { return try SecretBox(path: keyFile ?? database + ".key") } catch {
            throw Failure(.environment, error.description)
        }
    }
}
