import JSON
import Mapping
import Reading
import Referrals
import Webhooks

extension SourceDeclaration {
    /// A declaration in which every member has its default.
    static let usual = SourceDeclaration(name: "", scheme: "")

    static let tolerance = DeclaredMember<SourceDeclaration>("tolerance", \.toleranceSeconds) {
        members, name in
        let range = Verifier.toleranceRange
        return members.seconds(name, in: Int64(range.lowerBound)...Int64(range.upperBound))
            .map { Int($0) }
    } write: { seconds, json in
        json.integer(seconds)
    }
    static let campaign = DeclaredMember<SourceDeclaration>.number("campaign", \.campaign)
    static let url = DeclaredMember<SourceDeclaration>.text(
        "url", \.url, atMost: 2000, as: readURL)
    static let status = DeclaredMember<SourceDeclaration>.choice("status", \.status)

    /// The defaults of the optional members that no preset sets.
    package static func defaults(id: String) -> [DeclaredDefault] {
        [DeclaredDefault(name: "preset", json: Array("null".utf8))]
            + [tolerance, campaign, url, status].defaults(in: usual)
            + [DeclaredDefault(name: "name", text: id)]
    }
}
