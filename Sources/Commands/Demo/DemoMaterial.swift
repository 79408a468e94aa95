import Declarations
import Invocation
import Reading
import Scenarios
import Workspace

/// The input of the demonstration: a workspace, and payloads of its sources.
struct DemoMaterial {
    /// The name of the folder with one folder for each source, as for `refgate replay`.
    private static let payloads = "payloads"
    /// The payload that is shown check by check, before all others.
    private static let opening = "refgate/purchase.json"
    /// The name of the payload that the user can post at the end.
    private static let encore = "demo"

    /// The name of the workspace file in the output.
    let file: String
    let folder: Folder
    let workspace: WorkspaceFile
    let opening: RecordedPayload?
    /// All other payloads, in the order of the workspace's sources.
    let bySource: [(source: SourceEntry, payloads: [RecordedPayload])]
    let encore: RecordedPayload?

    /// Reads the material.
    ///
    /// - Parameters:
    ///   - path: a folder with `workspace.json` and `payloads`.
    ///   - name: the name of the workspace in the output; nil for its path.
    init(_ path: String, _ context: Context, shownAs name: String? = nil) throws(Failure) {
        let file = path + "/workspace.json"
        self.file = name ?? file
        folder = Folder.directory(path)
        let bytes: [UInt8]
        let files: [String]
        do throws(Failure) {
            bytes = try Files.read(file)
            files = try Files.found(at: "\(path)/\(Self.payloads)", ending: ".json")
        } catch {
            throw Failure(
                error.code,
                "\(error.message): --fixtures names a folder with workspace.json and payloads/; without it"
                    + " the program uses its own")
        }
        do throws(Mistakes) {
            workspace = try WorkspaceFile.read(bytes, file: file, folder: folder)
        } catch {
            throw Failure(.failed, "the workspace has mistakes\n\(error)")
        }
        let declared = workspace
        func recorded(_ file: String) throws(Failure) -> RecordedPayload {
            do throws(RecordedPayload.Failure) {
                return try RecordedPayload(file, among: declared.sources)
            } catch {
                throw Failure(.failed, error.description)
            }
        }
        var all: [RecordedPayload] = []
        for file in files { all.append(try recorded(file)) }
        guard !all.isEmpty else {
            throw Failure(.failed, "\(path)/\(Self.payloads) contains no payload")
        }
        opening = all.first { $0.file.hasSuffix("/\(Self.opening)") }
        all.removeAll { $0.file.hasSuffix("/\(Self.opening)") }
        bySource = declared.sources.map { entry in
            (entry, all.filter { $0.source.source.id == entry.source.id })
        }.filter { !$0.payloads.isEmpty }
        let more = try? Files.found(at: "\(path)/\(Self.encore)", ending: ".json").first
        encore = try more.map { file throws(Failure) in try recorded(file) }
    }
}
