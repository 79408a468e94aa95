/// What becomes of an event that is verified but can't be mapped. It is kept in either case.
package enum OnUnmapped: String, CaseIterable, Sendable {
    /// Its sender is told so (422): for senders that read answers and mend what they send.
    case refuse
    /// Its sender is told that it was received: for those that give up on others' errors.
    case keep
}
