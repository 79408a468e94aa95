import Declarations
import Testing
import Time
import Webhooks

@Suite struct SecretMergeTests {
    private let now = Instant(clampingMicroseconds: 1_800_000_000_000_000)

    private func spec(_ text: String, for seconds: Int64? = nil) -> SecretSpec {
        SecretSpec(text, expiresAt: seconds.map { now + .seconds($0) })
    }

    private func merge(
        _ declared: [SecretSpec], over stored: [SecretSpec], last: [SecretSpec]?,
        _ policy: SecretPolicy = .file
    ) throws -> SecretMerge {
        try SecretMerge(
            declared: declared, stored: stored, last: last.map { try SecretDigest($0) }, policy,
            at: now)
    }

    @Test func `a file that did not change changes nothing`() throws {
        let rotated = [spec("new"), spec("old", for: 60)]
        let merge = try merge([spec("old")], over: rotated, last: [spec("old")])
        #expect(merge.secrets == rotated)
        #expect(merge.keepsRotated)
        // After one or two rotations, no stored secret comes from the file.
        let twice = try self.merge([spec("old")], over: [spec("newest")], last: [spec("old")])
        #expect(twice.secrets == [spec("newest")])
        #expect(twice.keepsRotated)
    }

    @Test func `a file that changed is followed, unless it is older than a rotation`() throws {
        let changed = try merge([spec("b")], over: [spec("a")], last: [spec("a")])
        #expect(changed.secrets == [spec("b")])
        #expect(!changed.keepsRotated)
        // A file may undo its own rotation.
        let back = try merge(
            [spec("a")], over: [spec("b"), spec("a")], last: [spec("b"), spec("a")])
        #expect(back.secrets == [spec("a")])
        let outdated = try merge(
            [spec("a"), spec("c")], over: [spec("b"), spec("a", for: 60)], last: [spec("a")])
        #expect(outdated.secrets == [spec("b"), spec("a", for: 60)])
        #expect(outdated.keepsRotated)
    }

    @Test func `a file that has caught up with a rotation does not end its overlap`() throws {
        let stored = [spec("b"), spec("a", for: 60), spec("z", for: -60)]
        let merge = try merge([spec("b")], over: stored, last: [spec("a")])
        #expect(merge.secrets == [spec("b"), spec("a", for: 60)])
        #expect(!merge.keepsRotated)
    }

    @Test func `where no file is on record a secret that was rotated out is known by its text`()
        throws
    {
        let stored = [spec("b"), spec("a", for: 60)]
        #expect(try merge([spec("a")], over: stored, last: nil).keepsRotated)
        #expect(try merge([spec("c")], over: stored, last: nil).secrets == [spec("c")])
        #expect(
            try merge([spec("b"), spec("a", for: 60)], over: stored, last: nil).secrets == stored)
    }

    @Test func `a request and a file that replaces mean what they say`() throws {
        let stored = [spec("b"), spec("a", for: 60)]
        let replaced = try merge([spec("a")], over: stored, last: [spec("a")], .replacingFile)
        #expect(replaced.secrets == [spec("a")])
        let asked = try merge([spec("a")], over: stored, last: [spec("x")], .request)
        #expect(asked.secrets == [spec("a")])
        // The digest of the file's secrets is kept.
        #expect(try asked.declared == SecretDigest([spec("x")]))
    }
}
