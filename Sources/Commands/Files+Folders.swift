import FoundationEssentials
import Gateway
import Invocation

extension Files {
    /// A file, or the files of a folder and those below whose names end so, sorted.
    static func found(at path: String, ending: String) throws(Failure) -> [String] {
        guard let isFolder = isFolder(path) else {
            throw Failure(.environment, "\(path) does not exist")
        }
        return isFolder ? try files(in: path, ending: ending) : [path]
    }

    /// A folder that is there already is left as it is.
    static func makeFolder(_ path: String) throws(Failure) {
        if isFolder(path) == true { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure(
                .environment,
                "the folder \(path) cannot be made; name one in a place that may be written")
        }
    }

    private static func files(in folder: String, ending: String) throws(Failure) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw Failure(.environment, "\(folder) cannot be read")
        }
        var found: [String] = []
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        for name in names where !name.hasPrefix(".") {
            let path = prefix + name
            if isFolder(path) == true {
                found += try files(in: path, ending: ending)
            } else if name.hasSuffix(ending) {
                found.append(path)
            }
        }
        return found
    }

    /// Nil where nothing is there.
    private static func isFolder(_ path: String) -> Bool? {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return nil
        }
        return isFolder
    }

    static func write(_ text: String, to path: String) throws(Failure) {
        do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
            throw Failure(.environment, "\(path) cannot be written")
        }
    }

    /// A file to be written that is not there yet.
    static func fresh(_ path: String) throws(Failure) -> FreshFile {
        do { return try FreshFile(path) } catch {
            throw Failure(.environment, error.description)
        }
    }

    static func publish(_ file: FreshFile) throws(Failure) {
        do { try file.publish() } catch { throw Failure(.environment, error.description) }
    }
}
