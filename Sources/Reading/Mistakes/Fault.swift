import JSON

/// What is wrong with a declaration, as data. A secret's text never stands in one.
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
    /// A list without an element where at least one is needed.
    case emptyList
    case tooLong(bytes: Int, limit: Int)
    case tooMany(Int, limit: Int)
    case controlCharacter
    case malformed(Form, String)
    /// `first` is where it stands already; nil where that is not in these files.
    case duplicate(Subject, String, first: Line?)
    case dangling(Subject, String)
    case notFixed(String)
    case rule(Rule)
    /// A fault in the settings of a signature scheme, in the words of the scheme.
    case signature(found: String, remedy: String)
    case refusedAddress(String)
    /// What the rule language says of an expression.
    case expression(String)
    /// What an expression says is allowed, and probably not meant.
    case doubt(String)

    /// What is missing or not known.
    package enum Part: String, Equatable, Sendable { case member, column }

    /// What a name names.
    package enum Subject: String, Equatable, Sendable {
        case campaign, participant, email = "e-mail address", customer, coupon
        case code = "referral code"
        case source, webhook, event, header
    }

    /// Where something stands, in few words.
    package struct Line: Equatable, Sendable {
        package let file: String
        package let number: Int

        package init(file: String, number: Int) {
            self.file = file
            self.number = number
        }
    }
}

/// The kinds of JSON value, as a person is told of them.
package enum JSONType: String, Equatable, Sendable {
    case null
    case boolean = "true or false"
    case integer = "a whole number"
    case number = "a number"
    case text = "a text"
    case list = "a list"
    case object = "an object"

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

/// Texts that are written in a certain way.
package enum Form: Equatable, Sendable {
    case time, duration, currency, email, referralCode, percentage
    case sourceID, randomSourceID, headerName, headerValue, url, webhookSecret, surroundedBySpace,
        path, couponPattern
}

/// What members may not say together.
package enum Rule: Equatable, Sendable {
    case endsBeforeStart
    case valueMixed([String])
    case valueUnfit(kind: String, allowed: [String])
    case valueNeeded(kind: String, allowed: [String])
    case onlyForCoupons
    case budgetBelowValue(budget: Int64, value: Int64)
    case publicNeedsPaidPlan
    case campaignOfOther(code: String)
    case refersToItself
    case shiftsUnused
    case headerReserved(String)
    case schemeNeeded
    /// Members of which only one may stand there.
    case mixed([String])
    case eventIDInPayload(source: String)
    case tamperingUnfit(scheme: String)
    case builtInSource
}
