import Fixtures
import Invocation
import Scenarios

/// The program's embedded fixtures as files, in a temporary folder that is removed with this value.
final class UnpackedFixtures {
    private let scratch: ScratchFolder

    var path: String { scratch.path }

    init() throws(Failure) {
        do { scratch = try ScratchFolder() } catch {
            throw Failure(
                .environment, "\(error); set TMPDIR to a writable folder")
        }
        for fixture in Fixture.all {
            let file = "\(scratch.path)/\(fixture.path)"
            try Files.makeFolder(Files.folder(of: file))
            try Files.write(String(decoding: fixture.bytes, as: UTF8.self), to: file)
        }
    }
}
