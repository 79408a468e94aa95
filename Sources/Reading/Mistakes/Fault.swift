import JSON

/// A mistake in a declaration, as data. It never contains a secret.
package enum Fault: Error, Equatable, Sendable {
    case notJSON(ParseError.Reason)
    case notCSV(CSVFault)
    case unreadable(FileFailure)
    case unknown(String, Part, known: [String])
    case missing(Part, anyOf: [String])
    case wrongType(found: JSONType, expected: [JSONType])
    case notAmong(String, choices: [String])
    /// The number as it was written.
    case outOfRange(String, ClosedRange<Int64>)
    case empty
    /// An empty list where at least one element is required.
    case emptyList
    case tooLong(bytes: Int, limit: Int)
    case tooMany(Int, limit: Int)
    case controlCharacter
    case malformed(Form, String)
    /// `first` is the place of the first one; nil if it is not in these files.
    case duplicate(Subject, String, first: Line?)
    case dangling(Subject, String)
    case notFixed(String)
    case rule(Rule)
    /// A mistake in the settings of a signature scheme, in the scheme's own words.
    case signature(found: String, remedy: String)
    case refusedAddress(String)
    /// A mistake in an expression, in the words of the rule language.
    case expression(String)
    /// A warning about an expression that is allowed and probably unintended.
    case doubt(String)

    /// The kind of thing that is missing or unknown.
    package enum Part: String, Equatable, Sendable { case member, column }

    /// The kind of thing that a name identifies.
    package enum Subject: String, Equatable, Sendable {
        case campaign, participant, email = "e-mail address", customer, coupon
        case code = "referral code"
        case businessKey = "business key"
        case source, webhook, event, header
    }

    /// A line of a file.
    package struct Line: Equatable, Sendable {
        /// The name of the file.
        package let file: String
        /// The number of the line, counted from 1.
        package let number: Int

        /// Creates a line.
        package init(file: String, number: Int) {
            self.file = file
            self.number = number
        }
    }
}

/// The types of JSON values, in words for mistakes.
package enum JSONType: String, Equatable, Sendable {
    case null
    case boolean = "true or false"
    case integer = "a whole number"
    case number = "a number"
    case text = "a text"
    case list = "a list"
    case object = "an object"

    /// Returns the type of a kind of value.
    package init(_ kind: Value.Kind) {
        self =
            switch kind {
            case .null: .null
            case .bool: .boolean
            case .integer: .integer
            case .decimal: .number
            case .string: .text
            case .array: .list
            case .object: .object
            }
    }
}

/// The formats of texts.
package enum Form: Equatable, Sendable {
    case time, duration, currency, email, referralCode, percentage
    case sourceID, randomSourceID, headerName, headerValue, url, webhookSecret, surroundedBySpace,
        path, couponPattern, uid
}

/// The rules about combinations of members.
package enum Rule: Equatable, Sendable {
    case endsBeforeStart
    case visitsUnreviewed
    case valueMixed([String])
    case valueUnfit(kind: String, allowed: [String])
    case valueNeeded(kind: String, allowed: [String])
    case onlyForCoupons
    case budgetBelowValue(budget: Int64, value: Int64)
    case budgetLacks([String])
    case amountsEmpty
    case amountRepeated(String)
    case amountsWithoutMoney
    case capRepeated(per: String, window: String)
    case holdForOwnGoal(String)
    case publicNeedsPaidPlan
    case campaignOfOther(code: String)
    case refersToItself
    case shiftsUnused
    case headerReserved(String)
    case schemeNeeded
    /// Members of which at most one may be present.
    case mixed([String])
    case eventIDInPayload(source: String)
    case tamperingUnfit(scheme: String)
    case builtInSource
}
