import Database
import Declarations
import HTTP
import Insight
import JSON
import Ledger
import Programmes
import Reading
import Referrals
import Schemas
import Storage
import Time

extension API {
    /// `GET /campaigns`: those that are not archived, or with `archived=true` those that are.
    func campaigns(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let wantsArchived = query.flag("archived") ?? false
        var filters: [Listing.Filter] = [wantsArchived ? .archived : .notArchived]
        if let status = query["status"] { filters.append(.campaignStatus(status)) }
        let numbers = try page.numbers(of: .campaigns, filters, call.account, store)
        let rows = try store.catalog.campaigns()
        return try page.response(numbers, number: { $0 }) { number, writer in
            guard let row = rows.first(where: { $0.id.number == number }) else { return }
            try write(row, store, to: &writer)
        }
    }

    func campaign(_ call: Call, _ store: Store) throws -> Response {
        try answer(campaign: call.number, call, store)
    }

    func createCampaign(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let entry = try campaignEntry(call, .unnamed, over: nil, store)
        return { [self] processor, now, turn in
            var campaign = entry.campaign
            let number = try processor.store.records.nextCampaign(of: call.account)
            campaign.id = number
            let id = try application(call, processor, now).id(of: number)
            try self.store(campaign, call, processor, now)
            return try adding(entry.listedCoupons, to: id) { [self] processor, _ in
                .done(try answer(campaign: number.number, call, processor.store, status: .created))
            }(processor, now, turn)
        }
    }

    /// Changes a campaign. PATCH merges with the stored members (RFC 7396), PUT replaces them all.
    func changeCampaign(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        { [self] processor, now, turn in
            // The stored campaign may have changed meanwhile, so that it is read in this
            // transaction.
            let row = try campaign(call.number, of: call.account, processor.store)
            let isPatch = call.request.method == .patch
            let entry = try campaignEntry(
                call, .given(row.id.declared), over: isPatch ? Array(row.document.utf8) : nil,
                processor.store)
            let kept = row.rewards.count
            guard entry.campaign.rewards.count >= declaredRewards(of: row) || kept == 0 else {
                throw Problem.invalidBody(
                    "/rewards",
                    "A reward never changes its place: change it, or lower its cap; the last one can"
                        + " be deleted at its own address.")
            }
            try self.store(entry.campaign, call, processor, now)
            return try adding(entry.listedCoupons, to: row.id) {
                [self] processor, _ in
                .done(try answer(campaign: call.number, call, processor.store))
            }(processor, now, turn)
        }
    }

    /// Ends a campaign and removes it from the list. Its granted rewards continue.
    func archiveCampaign(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try campaign(call.number, of: call.account, processor.store)
        var declaration = try declaration(of: row)
        declaration.rules.status = .ended
        try store(declaration, call, processor, now)
        try processor.store.records.archive(row.id, at: now)
        guard call.request.method != .delete else { return .nothing }
        return try answer(campaign: call.number, call, processor.store)
    }

    /// `POST /campaigns/{id}/publish` `{"publish": "private|public"}`; the default is public.
    func publishCampaign(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try campaign(call.number, of: call.account, processor.store)
        let body = try call.body()
        let visibility = try PublishRequest.read(body).publish
        if visibility == .public {
            try check(.publicCampaigns, for: call.account, processor.store)
        }
        var declaration = try declaration(of: row)
        declaration.rules.publish = visibility
        try store(declaration, call, processor, now)
        return try answer(campaign: call.number, call, processor.store)
    }

    /// `GET /campaigns/{id}/check`: the checks that would keep the next event from earning a
    /// reward.
    func checkCampaign(_ call: Call, _ store: Store) throws -> Response {
        let row = try campaign(call.number, of: call.account, store)
        let settings: CampaignSettings
        do { settings = try loader.versions.campaign(row) } catch {
            throw StorageError.contradiction(error.description)
        }
        let preflight = try Preflight(settings, store: store, now: clock.now())
        return try .json { writer in
            writer.beginObject()
            writer.member("campaign", call.number)
            writer.member("ready", preflight.isClear && !preflight.owner.isEmpty)
            preflight.writeMembers(to: &writer)
            writer.endObject()
        }
    }

    // MARK: Storing

    private func campaignEntry(
        _ call: Call, _ naming: Naming<CampaignNumber>, over stored: [UInt8]?, _ store: Store
    ) throws -> CampaignEntry {
        let body = try call.body()
        let saysPublic = body.root["publish"]?.string == Campaign.Visibility.public.rawValue
        if saysPublic { try check(.publicCampaigns, for: call.account, store) }
        return try CampaignEntry.read(body, naming, over: stored)
    }

    /// Stores a campaign as a new version of its rules, and publishes it.
    func store(
        _ campaign: CampaignDeclaration, _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws {
        try application(call, processor, now).declare(campaign)
        try publish(processor)
    }

    func declaration(of row: Catalog.CampaignRow) throws -> CampaignDeclaration {
        do { return try CampaignDeclaration.read(stored: Array(row.document.utf8)) } catch {
            throw StorageError.contradiction("a stored campaign cannot be read")
        }
    }

    private func declaredRewards(of row: Catalog.CampaignRow) -> Int {
        (try? declaration(of: row))?.rewards.count ?? 0
    }

    // MARK: Writing

    private func answer(
        campaign id: Int64, _ call: Call, _ store: Store, status: Status = .ok
    ) throws -> Response {
        let row = try campaign(id, of: call.account, store)
        return try .json(status) { writer in
            try write(row, store, to: &writer)
        }
    }

    /// `risk` is written only if the campaign declares it.
    static let campaignDefaults = CampaignDeclaration.defaults.filter { $0.name != "risk" }

    /// The schema of a campaign.
    static let campaignSchema = JSONSchema.named(
        "Campaign",
        .object(
            CampaignDeclaration.schema(for: .response).properties.map { property in
                property.name == "risk" ? .optional("risk", property.schema) : property
            } + [
                .required("uid", .uuid),
                .required(
                    "reward_ids",
                    .array(of: .id).described("The numbers of the rewards, in their order.")),
                .required("version", .integer.described("The version of the rules.")),
                .required("created_at", .instant),
                .required("updated_at", .instant),
                .required("archived_at", .instant.nullable),
            ]))

    /// The schema of the checks before the launch of a campaign.
    static let campaignCheckSchema = JSONSchema.named(
        "CampaignCheck",
        .object(
            [
                .required("campaign", .id),
                .required(
                    "ready", .boolean.described("True if no check fails and there is an owner.")),
            ] + Preflight.properties))

    private func write(
        _ row: Catalog.CampaignRow, _ store: Store, to writer: inout Writer
    ) throws {
        guard let times = try store.listing.times(ofCampaign: row.id.number) else {
            throw Problem.notFound("campaign", row.id.declared.number)
        }
        writer.beginObject()
        writer.member("id", row.id.declared.number)
        writer.member("uid", row.shownUID.text)
        writer.members(
            of: Array(row.document.utf8), leavingOut: ["id"], defaults: Self.campaignDefaults)
        writer.list("reward_ids", Array(row.rewards.prefix(declaredRewards(of: row)))) {
            $1.integer($0.number)
        }
        writer.member("version", Int64(row.version))
        writer.member("created_at", times.created.rfc3339)
        writer.member("updated_at", times.updated.rfc3339)
        writer.member("archived_at", times.ended?.rfc3339)
        writer.endObject()
    }
}

extension CampaignEntry {
    /// The coupons listed in the body itself; it cannot name a file.
    fileprivate var listedCoupons: [Coupons.Entry] {
        if case .listed(let codes)? = coupons { codes.map { Coupons.Entry(code: $0) } } else { [] }
    }
}
