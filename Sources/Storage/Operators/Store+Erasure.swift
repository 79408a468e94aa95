import Database
import Referrals
import Time

extension Store {
    /// True if a stored response, which is sealed, names one of these referral codes.
    package typealias AnswerTest = (OperatorRecords.AnswerRow, _ codes: [String]) -> Bool

    /// Deletes a person. Their data cannot be read from then on, and is erased by `eraseSome`.
    package func erase(_ id: ID<Participant>, at now: Instant) throws(StorageError) {
        try erasure.begin(id, at: now)
    }

    /// True if data of deleted people, except for some of them, remains to be erased.
    package func isErasing(
        skipping isSkipped: (ID<Participant>) -> Bool = { _ in false }
    ) throws(StorageError) -> Bool {
        try erasure.isLeft(isSkipped)
    }

    /// The person whose erasure was in progress when `eraseSome` failed; nil for many people at
    /// once.
    package var erasing: ID<Participant>? { erasure.underway }

    /// Erases some of the data of deleted people; must be called again while it returns true.
    ///
    /// - Parameters:
    ///   - isOver: Called after every few rows; true ends the work of this transaction.
    ///   - isSkipped: True for people whose own rows are left alone.
    package func eraseSome(
        names: AnswerTest, isOver: () -> Bool,
        skipping isSkipped: (ID<Participant>) -> Bool = { _ in false }
    ) throws(StorageError) -> Bool {
        try erasure.advance(names: names, isOver: isOver, skipping: isSkipped)
    }
}
