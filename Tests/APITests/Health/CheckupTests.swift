import Database
import HTTP
import Ledger
import SQLite
import Sockets
import Storage
import Testing

@testable import API

/// The checks that `/readyz` and `/status` are answered from.
@Suite struct CheckupTests {
    private static let now = MonotonicTime(nanoseconds: 100_000_000_000)

    private func facts(
        _ change: (inout Checkup.Facts) -> Void = { _ in }
    ) -> Checkup.Facts {
        var facts = Checkup.Facts(
            found: Health.Findings(
                now: Self.now, writer: WriterWatch.Facts(seenAt: Self.now, wroteAt: Self.now),
                isProofOverdue: false, outbox: .read(.init())),
            reader: .idle, hasRoomForChanges: true, letsOtherOriginsIn: true)
        change(&facts)
        return facts
    }

    @Test func `where nothing is amiss every check passes`() {
        let checkup = Checkup(facts())
        for check in Checkup.Check.allCases { #expect(checkup[check] == .passed) }
        #expect(checkup.refusal == nil)
    }

    @Test(arguments: [
        (SQLITE_FULL, "storage_full"), (SQLITE_BUSY, "storage_locked"),
        (SQLITE_READONLY, "storage_read_only"), (SQLITE_CORRUPT, "storage_damaged"),
        (SQLITE_IOERR, "storage_failed"),
    ])
    func `storage that cannot be written is reported with the code of posts`(
        _ code: Int32, _ expected: String
    ) {
        let error = StorageError(stage: .commit, code: code, message: "no")
        let checkup = Checkup(facts { $0.found.writer.failure = .init(error: error, at: Self.now) })
        #expect(checkup.refusal?.problem.code == expected)
    }

    private static let SQLITE_FULL: Int32 = 13
    private static let SQLITE_BUSY: Int32 = 5
    private static let SQLITE_READONLY: Int32 = 8
    private static let SQLITE_CORRUPT: Int32 = 11
    private static let SQLITE_IOERR: Int32 = 10

    @Test func `a writer without a sign of life is stuck, one whose proof does not come is busy`() {
        let stuck = Checkup(
            facts { $0.found.writer.seenAt = Self.now + .seconds(-5) })
        #expect(stuck.refusal?.problem.code == "writer_stuck")
        let busy = Checkup(facts { $0.found.isProofOverdue = true })
        #expect(busy.refusal?.problem.code == "writer_busy")
        #expect(busy.refusal?.problem.status == .serviceUnavailable)
        let slow = Checkup(facts { $0.found.writer.seenAt = Self.now + .seconds(-4) })
        #expect(slow.refusal == nil)
    }

    @Test func `what concerns operators or deliveries leaves the gateway ready`() {
        let changes: [(Checkup.Check, (inout Checkup.Facts) -> Void)] = [
            (.reader, { $0.reader = .cannotOpen(.locked(path: "x")) }),
            (.reader, { $0.reader = .busy(since: Self.now + .seconds(-5)) }),
            (.changes, { $0.hasRoomForChanges = false }),
            (.otherOrigins, { $0.letsOtherOriginsIn = false }),
            (.outbox, { $0.found.outbox = nil }), (.outbox, { $0.found.outbox = .unreadable }),
            (.deliveries, { $0.found.outbox = .read(.init(overdue: 1)) }),
            (.deliveries, { $0.found.outbox = .read(.init(open: 1)) }),
            (.deliveries, { $0.found.outbox = .read(.init(failing: 1)) }),
        ]
        for (check, change) in changes {
            let checkup = Checkup(facts(change))
            #expect(checkup.refusal == nil)
            #expect(checkup.complaints([check]).count == 1, "\(check)")
            #expect(checkup.complaints(Checkup.Check.allCases).count == 1, "\(check)")
        }
    }

    @Test
    func `a write clears a failure, a commit of nothing and one message's fault do not count`() {
        let watch = WriterWatch(clock: { Self.now })
        let full = StorageError(stage: .commit, code: Self.SQLITE_FULL, message: "full")
        watch.ended(.failed(.contradiction("two rows differ")))
        watch.ended(
            .failed(StorageError(stage: .step, code: 19, message: "UNIQUE")))
        #expect(watch.facts.failure == nil)
        watch.ended(.failed(full))
        watch.ended(.unchanged)
        #expect(watch.facts.failure?.error == full)
        watch.ended(.changed)
        #expect(watch.facts.failure == nil)
        #expect(watch.facts.wroteAt == Self.now)
    }
}
