/// The treatment of an event that is verified but cannot be mapped. It is stored in either case.
package enum OnUnmapped: String, CaseIterable, Sendable {
    /// The response is an error (422): for senders that report errors, so that they are corrected.
    case refuse
    /// The response is a success: for senders that stop sending after errors.
    case keep
}
