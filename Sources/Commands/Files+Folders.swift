import FoundationEssentials
import Gateway
import Glibc
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

}

// MARK: Writing

extension Files {
    /// Writes a file whole or not at all, in place of one that has the name. What is no regular file, such as
    /// a pipe or /dev/stdout, is written to as it is.
    static func write(_ text: String, to path: String) throws(Failure) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            return try write(text, through: path)
        }
        do throws(FreshFile.Failure) {
            let file = try FreshFile(replacing: path, isPrivate: false)
            file.write(Array(text.utf8))
            try file.replace()
        } catch {
            throw Failure(.environment, error.description)
        }
    }

    private static func write(_ text: String, through path: String) throws(Failure) {
        func failure() -> Failure {
            let unwritable = FreshFile.Failure.unwritable(path: path, errno: errno)
            return Failure(.environment, unwritable.description)
        }
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { _ = close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                return
            } else if errno != EINTR {
                throw failure()
            }
        }
    }

    /// A file to be written that is not there yet.
    static func fresh(_ path: String) throws(Failure) -> FreshFile {
        do { return try FreshFile(path) } catch {
            throw Failure(.environment, error.description)
        }
    }

    static func write(_ bytes: [UInt8], to file: FreshFile) throws(Failure) {
        file.write(bytes)
        do { try file.check() } catch { throw Failure(.environment, error.description) }
    }

    /// All of the files get their names, or none does.
    static func publish(_ files: [FreshFile]) throws(Failure) {
        do throws(FreshFile.Failure) {
            for file in files { try file.sync() }
            for file in files { try file.publish() }
        } catch {
            for file in files { file.withdraw() }
            throw Failure(.environment, error.description)
        }
    }
}
