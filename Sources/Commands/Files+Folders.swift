import Gateway
import Glibc
import Invocation
import Paths
import Programmes
import Workspace

extension Files {
    /// Returns a file, or all files below a folder with this ending, sorted by path.
    static func found(at path: String, ending: String) throws(Failure) -> [String] {
        if path == OpenFile.standardInput { return [path] }
        guard let isFolder = isFolder(path) else {
            throw Failure(.environment, "\(path) does not exist")
        }
        return isFolder ? try files(in: path, ending: ending) : [path]
    }

    /// Creates a folder and its parents; an existing folder is left unchanged.
    static func makeFolder(_ path: String) throws(Failure) {
        if isFolder(path) == true { return }
        let above = folder(of: path)
        if !above.isEmpty, above != path { try makeFolder(above) }
        guard mkdir(SystemPath.cString(path), 0o777) == 0 || isFolder(path) == true else {
            throw Failure(
                .environment,
                "the folder \(path) cannot be created; choose a writable place")
        }
    }

    private static func files(in folder: String, ending: String) throws(Failure) -> [String] {
        var found: [String] = []
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        for name in try names(in: folder) where !name.hasPrefix(".") {
            let path = prefix + name
            if isFolder(path) == true {
                found += try files(in: path, ending: ending)
            } else if name.hasSuffix(ending) {
                found.append(path)
            }
        }
        return found
    }

    /// Returns the sorted names of a folder's entries.
    private static func names(in folder: String) throws(Failure) -> [String] {
        guard let list = opendir(SystemPath.cString(folder)) else {
            throw Failure(.environment, "\(folder) cannot be read")
        }
        defer { closedir(list) }
        var names: [String] = []
        while let entry = readdir(list) {
            let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            names.append(SystemPath.text(bytes))
        }
        return names.sorted()
    }

    /// True if another process that opens this path later reads the same file. Pipes and standard
    /// input can be read once, and names below /dev and /proc have a different meaning in each
    /// process.
    static func isLasting(_ path: String) -> Bool {
        guard path != OpenFile.standardInput, !path.hasPrefix("/dev/"), !path.hasPrefix("/proc/")
        else { return false }
        var status = stat()
        return stat(SystemPath.cString(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// True for a folder, false for any other file; nil if there is none.
    private static func isFolder(_ path: String) -> Bool? {
        var status = stat()
        guard stat(SystemPath.cString(path), &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR
    }
}

// MARK: Writing

extension Files {
    /// Writes a file completely or not at all, replacing an existing one. A pipe or device, such as
    /// /dev/stdout, is written directly.
    static func write(_ text: String, to path: String) throws(Failure) {
        var status = stat()
        if lstat(SystemPath.cString(path), &status) == 0, status.st_mode & S_IFMT != S_IFREG {
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
        let descriptor = open(SystemPath.cString(path), O_WRONLY | O_TRUNC | O_CLOEXEC)
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

    /// Creates a temporary file for a path that must not exist yet.
    static func fresh(_ path: String) throws(Failure) -> FreshFile {
        do { return try FreshFile(path) } catch {
            throw Failure(.environment, error.description)
        }
    }

    static func write(_ bytes: [UInt8], to file: FreshFile) throws(Failure) {
        file.write(bytes)
        do { try file.check() } catch { throw Failure(.environment, error.description) }
    }

    /// Renames all temporary files to their final names, or none.
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
