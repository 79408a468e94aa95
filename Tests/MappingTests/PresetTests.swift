import Mapping
import Referrals
import Testing

@Suite struct PresetTests {
    @Test(arguments: Preset.all) func `every preset compiles`(_ preset: Preset) throws {
        #expect(Preset.named(preset.name) == preset)
        _ = try CompiledMapping(preset.mapping)
    }

    @Test(arguments: Preset.formerMappings.keys.sorted())
    func `a former mapping still compiles, and is none of today's`(_ name: String) throws {
        let preset = try #require(Preset.named(name))
        let former = try #require(Preset.formerMappings[name])
        #expect(!former.contains(preset.mapping))
        for mapping in former { _ = try CompiledMapping(mapping) }
    }

    @Test func `an unknown name is no preset`() {
        #expect(Preset.named("Stripe") == nil)
        #expect(Preset.named("") == nil)
    }

    @Test(arguments: [
        ("refgate", "standard-webhooks", OnUnmapped.refuse),
        ("generic", "hmac", .refuse),
        ("stripe", "stripe", .keep),
        ("shopify", "shopify", .keep),
        ("hubspot", "hubspot-v3", .keep),
        ("revenuecat", "bearer", .keep),
        ("referral-factory", "url-token", .keep),
    ])
    func `each sender has its scheme, and only our own shapes are refused`(
        _ name: String, _ scheme: String, _ onUnmapped: OnUnmapped
    ) throws {
        let preset = try #require(Preset.named(name))
        #expect(preset.scheme == scheme)
        #expect(preset.mapping.onUnmapped == onUnmapped)
        #expect(preset.formats == (name == "referral-factory" ? [.form, .json] : [.json]))
        #expect((preset.signature != nil) == (scheme == "hmac"))
    }

    @Test func `the refgate preset's text is a contract`() {
        #expect(
            Preset.refgate.mapping.description == """
                event_id       headers["webhook-id"]
                goal           payload.type
                referral_code  payload.data.referral_code
                business_key   payload.data.?order_id
                amount         payload.data.?amount
                currency       payload.data.?currency
                occurred_at    payload.?timestamp
                email          payload.data.?customer.optFlatMap(c, type(c) == map ? c.?email : \
                optional.none()).or(payload.data.?email)
                customer       payload.data.?customer.optFlatMap(c, type(c) == map ? c.?id : \
                optional.of(c))
                first_name     payload.data.?customer.optFlatMap(c, type(c) == map ? c.?first_name : \
                optional.none()).or(payload.data.?first_name)
                test           payload.data.?test
                reversal       payload.data.?reversal.orValue(payload.type in ["refund", \
                "refund_total", "reinstate"] ? payload.type : "")
                on_unmapped: refuse
                """)
    }
}
