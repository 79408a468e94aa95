import Webhooks

extension ConfigurationError {
    /// The error in words of the command line: options in place of the members of a source.
    var asOption: String {
        let option =
            switch place {
            case .scheme: "--scheme"
            case .secrets, .secret: "--secret"
            case .url: "--url"
            case .signature(let member): "--" + (member.isEmpty ? "template" : member)
            case .tolerance: "--tolerance"
            }
        return "\(option): \(reason)"
    }
}
