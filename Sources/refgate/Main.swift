import FoundationEssentials
import Gateway
import Glibc
import Sockets
import Storage
import Telemetry
import Time
import Workspace

@main
enum Main {
    static func main() throws {
        let a = CommandLine.arguments
        func value(_ n: String) -> String? { a.firstIndex(of: n).map { a[$0 + 1] } }
        let db = value("--db") ?? "refgate.db"
        switch a[1] {
        case "apply":
            let store = try Store(opening: try Database.open(db, for: .writer), path: db)
            let box = try SecretBox(path: db + ".key")
            let bytes = Array(try Data(contentsOf: URL(filePath: a[2])))
            let folder = Folder.directory(URL(filePath: a[2]).deletingLastPathComponent().path)
            do {
                let file = try WorkspaceFile.read(bytes, folder: folder)
                let app = Application(store: store, box: box, now: WallClock.system.now(), isDryRun: false)
                print(try app.apply(file, in: folder))
            } catch { print(error); exit(1) }
        case "serve":
            let signals = try Signals()
            let gateway = try Gateway(Configuration(database: db, address: Address(value("--listen")!)!), log: Log(to: .standardError()))
            print(try gateway.start())
            _ = try signals.wait()
            gateway.stop()
        default: break
        }
    }
}
