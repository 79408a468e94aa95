import FoundationEssentials
import Gateway
import Invocation
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

    static func box(_ database: String, _ keyFile: String?) throws(Failure) -> SecretBox {
        do { return try SecretBox(path: keyFile ?? database + ".key") } catch {
            throw Failure(.environment, error.description)
        }
    }
}
