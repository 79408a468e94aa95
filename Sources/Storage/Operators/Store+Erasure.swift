import Database
import Referrals
import Time

extension Store {
    /// Whether a kept answer, which is sealed, names one of these referral codes.
    package typealias AnswerTest = (OperatorRecords.AnswerRow, _ codes: [String]) -> Bool

    /// Deletes a person. Whatever is left of them can't be read from then on, and is erased by `eraseSome`.
    package func erase(_ id: ID<Participant>, at now: Instant) throws(StorageError) {
        try erasure.begin(id, at: now)
    }

    /// Whether traces of deleted people are left to be erased, but for some of them.
    package func isErasing(
        skipping isSkipped: (ID<Participant>) -> Bool = { _ in false }
    ) throws(StorageError) -> Bool {
        try erasure.isLeft(isSkipped)
    }

    /// Whose erasure was under way when `eraseSome` failed; nil where it was that of many at once.
    package var erasing: ID<Participant>? { erasure.underway }

    /// Erases some of the traces of deleted people; to be called again while it returns true.
    ///
    /// - Parameters:
    ///   - isOver: asked after every few rows whether it is enough for this transaction.
    ///   - isSkipped: whose own rows are left alone.
    package func eraseSome(
        names: AnswerTest, isOver: () -> Bool,
        skipping isSkipped: (ID<Participant>) -> Bool = { _ in false }
    ) throws(StorageError) -> Bool {
        try erasure.advance(names: names, isOver: isOver, skipping: isSkipped)
    }
}
