import JSON

extension Scenario {
    /// The expected response. Properties that are nil are not compared.
    package struct Expectation: Sendable {
        /// The expected status code.
        package var status: Wanted?
        /// The expected outcome.
        package var outcome: Wanted?
        /// The expected value of `duplicate`.
        package var duplicate: Wanted?
        /// The expected reason codes in their order.
        package var reasons: [String]?
        /// The expected rewards.
        package var rewards: ExpectedRewards?
        /// One expectation for each item of a batch.
        package var events: [Expectation]?
        /// Further members of the response with expected values; objects are compared by the given
        /// members only.
        package var members: [ExpectedMember]

        /// Creates an expectation that every response matches.
        package init() { members = [] }
    }

    /// A word that one response must have, or the numbers of responses that must have each word.
    package enum Wanted: Equatable, Sendable {
        case word(String)
        case tally([String: Int])
    }

    /// The expected rewards of a response.
    package enum ExpectedRewards: Sendable {
        case count(Int)
        /// A list of this length, whose elements have the given members.
        case list([Value])
    }

    /// A member of a response with its expected value.
    package struct ExpectedMember: Sendable {
        /// The name of the member.
        package let name: String
        /// The expected value.
        package let value: Value
    }
}
