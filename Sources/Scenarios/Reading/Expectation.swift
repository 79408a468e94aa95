import JSON

extension Scenario {
    /// What an answer must say. What is nil is not looked at.
    package struct Expectation: Sendable {
        package var status: Wanted?
        package var outcome: Wanted?
        package var duplicate: Wanted?
        package var reasons: [String]?
        package var rewards: ExpectedRewards?
        /// One for each item of a batch.
        package var events: [Expectation]?
        /// Further members of the answer and what they must hold; of an object what it names.
        package var members: [ExpectedMember]

        package init() { members = [] }
    }

    /// A word that one answer must say, or how many of several must say which.
    package enum Wanted: Equatable, Sendable {
        case word(String)
        case tally([String: Int])
    }

    package enum ExpectedRewards: Sendable {
        case count(Int)
        /// As many as these, each with what its object names.
        case list([Value])
    }

    package struct ExpectedMember: Sendable {
        package let name: String
        package let value: Value
    }
}
