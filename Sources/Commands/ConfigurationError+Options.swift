import Webhooks

extension ConfigurationError {
    /// What is wrong, with the option that says it in place of the member of a source.
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
