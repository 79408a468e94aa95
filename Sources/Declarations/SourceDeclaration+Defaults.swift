import JSON
import Mapping
import Reading
import Referrals
import Schemas
import Webhooks

extension SourceDeclaration {
    /// A declaration in which every member has its default.
    static let usual = SourceDeclaration(name: "", scheme: "")

    private static let tolerances =
        Int64(Verifier.toleranceRange.lowerBound)...Int64(Verifier.toleranceRange.upperBound)

    static let tolerance = DeclaredMember<SourceDeclaration>(
        "tolerance", \.toleranceSeconds,
        .duration(in: tolerances).described(
            "The largest accepted difference between a signed time and the clock.")
    ) { members, name in
        members.seconds(name, in: tolerances).map { Int($0) }
    } write: { seconds, json in
        json.integer(seconds)
    }
    static let campaign = DeclaredMember<SourceDeclaration>.number(
        "campaign", \.campaign, "The only campaign whose codes the source may send.")
    static let url = DeclaredMember<SourceDeclaration>.url(
        "url", \.url, "The public URL of the source, for schemes that sign it.")
    static let status = DeclaredMember<SourceDeclaration>.choice(
        "status", \.status, "A paused source parks its events.")

    /// The defaults of the optional members that no preset sets.
    package static func defaults(id: String) -> [DeclaredDefault] {
        [DeclaredDefault(name: "preset", json: Array("null".utf8))]
            + [tolerance, campaign, url, status].defaults(in: usual)
            + [DeclaredDefault(name: "name", text: id)]
    }
}
