import Testing
import Time

@testable import Referrals

@Suite struct ModelTests {
    @Test func `the public list of reason codes is complete, and each tells what to do`() {
        let contract = """
            test_event source_paused unknown_code code_disabled lead_unknown no_referrer
            attributed_elsewhere goal_type_mismatch conversion_duplicate campaign_not_published
            campaign_not_active outside_attribution_window no_reward_configured goal_not_reached
            condition_false condition_unknown self_referral_email self_referral_alias velocity too_fast
            disposable_email blocklisted already_rewarded cap_reached budget_exhausted pool_empty
            awaiting_review review_rejected held_until refunded_partial refunded_full reinstated
            revoked_by_operator unknown_source signature_missing signature_mismatch
            timestamp_out_of_window invalid_json mapping_missing_field mapping_type_error event_id_reused
            amount_not_positive reward_condition_false milestone_not_reached currency_mismatch
            hold_expired
            """
        #expect(
            ReasonCode.allCases.map(\.text)
                == contract.split(whereSeparator: \.isWhitespace).map(String.init))
        for (number, code) in ReasonCode.allCases.enumerated() {
            #expect(Int(code.rawValue) == number)
            #expect(ReasonCode(text: code.text) == code)
            #expect(code.sentence.hasSuffix("."))
            #expect(code.remedy.hasSuffix("."))
        }
        #expect(ReasonCode(text: "nonsense") == nil)
    }

    @Test func `reasons are a set in the order of the checks`() {
        var reasons: Reasons = [.poolEmpty, .testEvent, .poolEmpty]
        #expect(Array(reasons) == [.testEvent, .poolEmpty])
        reasons.insert(.eventIDReused)
        #expect(reasons.contains(.eventIDReused))
        #expect(!reasons.contains(.velocity))
        #expect(Array(reasons.subtracting([.testEvent])) == [.poolEmpty, .eventIDReused])
        #expect(Reasons(bits: .max).map(\.self) == ReasonCode.allCases)
        #expect(Reasons(bits: reasons.bits) == reasons)
    }

    @Test(arguments: [
        (Window.total, "2026-11-21T12:00:00Z", 0), (.day, "2026-11-21T00:00:00Z", 20_261_121),
        (.day, "2026-11-20T23:59:59.999999Z", 20_261_120),
        (.month, "2026-11-30T23:59:59Z", 202_611),
        (.month, "2026-12-01T00:00:00Z", 202_612), (.day, "9999-12-31T00:00:00Z", 99_991_231),
        (.day, "0001-01-01T00:00:00Z", 10_101), (.day, "2026-11-21T00:30:00+02:00", 20_261_120),
    ])
    func `a window's key is its date in UTC`(window: Window, time: String, key: Int32) {
        #expect(window.key(of: at(time)) == key)
    }

    @Test func `what ended stays ended, except that refunds can be taken back`() {
        for status in RewardStatus.allCases {
            #expect(!RewardStatus.rejected.canBecome(status))
            #expect(
                status.canBecome(.rejected)
                    == [.inReview, .pending, .waitingStock].contains(status))
            #expect(!status.canBecome(status))
        }
        #expect(RewardStatus.revoked.canBecome(.issued))
        #expect(!RewardStatus.issued.canBecome(.pending))
        #expect(!ConversionStatus.fraud.canBecome(.approved))
        #expect(ConversionStatus.reversed.canBecome(.approved))
        #expect(!CouponState.assigned.canBecome(.available))
        #expect(!CouponState.voided.canBecome(.available))
        #expect(CouponState.reserved.canBecome(.available))
    }

    @Test func `a UUID of version 7 begins with its time in milliseconds`() throws {
        let time = Instant(clampingMicroseconds: 0x017F_22E2_79B0 * 1_000 + 999)
        let random: [UInt8] = [0xFC, 0xC3, 0xD8, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F]
        // The example of RFC 9562, A.6, but for the four bits of the version.
        let id = UID(at: time, random: random)
        #expect(id.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        let later = UID(at: time + .milliseconds(1), random: random)
        #expect(id.text < later.text)
    }

    @Test func `an event never occurs after its receipt`() {
        #expect(event(occurred: noon + .seconds(1), received: noon).occurredAt == noon)
        #expect(event(occurred: nil, received: noon).occurredAt == noon)
        #expect(
            event(occurred: noon - .seconds(1), received: noon).occurredAt == noon - .seconds(1))
    }

    @Test func `the default cap is one reward per beneficiary in total`() {
        #expect(coupon().caps == [Cap(count: 1, per: .referrer, window: .total)])
        #expect(coupon(for: .lead).caps == [Cap(count: 1, per: .lead, window: .total)])
    }
}
