import Reading
import Webhooks

extension Fault {
    /// Returns the fault for a mistake in the settings of a signature scheme.
    package static func scheme(_ reason: ConfigurationError.Reason) -> Fault {
        .signature(found: reason.description, remedy: reason.remedy)
    }
}
