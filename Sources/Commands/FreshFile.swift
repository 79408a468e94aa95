import Glibc
import Invocation

/// A file being written that was not there before, readable by its owner only: what is exported names people.
/// The first failure to write is kept and told at the end.
final class FreshFile {
    let path: String
    private let descriptor: CInt
    private var failure: CInt = 0

    init(_ path: String) throws(Failure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
    }

    deinit { _ = Glibc.close(descriptor) }

    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, failure == 0 {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                failure = errno
            }
        }
    }

    /// Returns when all of it is on disk.
    func close() throws(Failure) {
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        guard failure == 0 else { throw Self.failure(path, failure) }
    }

    private static func failure(_ path: String, _ number: CInt) -> Failure {
        let words =
            number == EEXIST
            ? "is there already; name another place, or move it away"
            : "cannot be written: \(String(cString: strerror(number)))"
        return Failure(.environment, "\(path) \(words)")
    }
}
