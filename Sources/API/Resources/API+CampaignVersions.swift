import Database
import Declarations
import HTTP
import JSON
import Ledger
import Programmes
import Referrals
import Schemas
import Storage
import Time

extension API {
    /// `GET /campaigns/{id}/versions`: the versions of a campaign's rules, the newest first.
    func campaignVersions(_ call: Call, _ store: Store) throws -> Response {
        let row = try campaign(call.number, of: call.account, store)
        let page = try Page(try call.query())
        let versions = try store.catalog.versions(
            of: row.id, below: page.before ?? .max, atMost: page.limit + 1)
        return try page.response(versions, number: { Int64($0.version) }) { version, writer in
            write(version, of: row, to: &writer)
        }
    }

    /// `GET /campaigns/{id}/versions/{n}`.
    func campaignVersion(_ call: Call, _ store: Store) throws -> Response {
        let row = try campaign(call.number, of: call.account, store)
        let version = try version(call.numbers[1], of: row, store)
        return try .json { write(version, of: row, to: &$0) }
    }

    /// `GET /campaigns/{id}/diff?from=&to=`: the members that differ, and facts that the versions
    /// decide differently.
    func compareCampaignVersions(_ call: Call, _ store: Store) throws -> Response {
        let row = try campaign(call.number, of: call.account, store)
        let query = try call.query()
        let to = query.integer("to") ?? Int64(row.version)
        let from = query.integer("from") ?? max(1, to - 1)
        let old = try version(from, of: row, store)
        let new = try version(to, of: row, store)
        // A request occupies a thread for reading, so that it tries less than the command line.
        let comparison = RuleComparison(
            try declaration(of: old), try declaration(of: new), zones: loader.versions.zones,
            trials: 2000)
        guard let comparison else {
            throw StorageError.contradiction("a stored campaign does not compile")
        }
        return try .json { writer in
            writer.object { writer in
                writer.member("campaign", call.number)
                writer.member("from", from)
                writer.member("to", to)
                comparison.write(to: &writer)
            }
        }
    }

    private func version(
        _ number: Int64, of row: Catalog.CampaignRow, _ store: Store
    ) throws -> Catalog.CampaignVersion {
        guard let version = try store.catalog.version(number, of: row.id) else {
            throw Problem.notFound("version", number)
        }
        return version
    }

    private func declaration(of version: Catalog.CampaignVersion) throws -> CampaignDeclaration {
        do { return try CampaignDeclaration.read(stored: Array(version.document.utf8)) } catch {
            throw StorageError.contradiction("a stored campaign cannot be read")
        }
    }

    private func write(
        _ version: Catalog.CampaignVersion, of row: Catalog.CampaignRow, to writer: inout Writer
    ) {
        writer.beginObject()
        writer.member("id", row.id.declared.number)
        writer.member("version", Int64(version.version))
        writer.member("current", version.version == row.version)
        writer.member("created_at", version.createdAt.rfc3339)
        writer.members(
            of: Array(version.document.utf8), leavingOut: ["id"], defaults: Self.campaignDefaults)
        writer.endObject()
    }

    /// The schema of a version of a campaign's rules.
    static let campaignVersionSchema = JSONSchema.named(
        "CampaignVersion",
        .object(
            [
                .required("version", .id.described("The number of the version, from 1.")),
                .required("current", .boolean.described("True for the version in force.")),
                .required("created_at", .instant),
            ]
                + campaignSchema.properties.filter { property in
                    CampaignDeclaration.schema(for: .response).properties
                        .contains { $0.name == property.name }
                }))

    /// The schema of the comparison of two versions.
    static let campaignDifferenceSchema = JSONSchema.named(
        "CampaignDifference",
        .object(
            [.required("campaign", .id), .required("from", .id), .required("to", .id)]
                + RuleComparison.properties))
}
